import type { StreamBeginning } from '../../client/index.ts';

/** What `--from` did not do, and what the stream never reads. */
export function beginningWarnings(
  { resumed, unread }: StreamBeginning,
  asked: 'earliest' | 'latest' | undefined,
): string[] {
  const left = `${unread} offsets that the topic holds lie before its beginning and are never read`;
  if (!resumed && unread > 0)
    return [`it began at the head: ${left}; --from earliest at the first run reads them`];
  if (!resumed || asked === undefined) return [];
  const ignored = `--from ${asked} has no effect, since the source was read before; the stream goes on where it stopped`;
  if (asked === 'latest' || unread === 0) return [ignored];
  return [
    `${ignored}. ${left}: to read them, give the source another name and apply, or start over with npx asof reset --yes`,
  ];
}
