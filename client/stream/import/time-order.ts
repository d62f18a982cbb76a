import type { Instant } from '../../../domain/time/instant.ts';
import type { EventLine } from './event-line.ts';

/**
 * The lines by event time; lines of one time keep their order, and a line without a readable time stays behind the
 * line before it. Takes memory in proportion to the file: all its lines, their bytes included.
 */
export async function* inTimeOrder(
  lines: AsyncIterable<EventLine>,
): AsyncGenerator<EventLine, void, undefined> {
  const placed: { readonly line: EventLine; readonly at: Instant | undefined }[] = [];
  let at: Instant | undefined;
  for await (const line of lines) {
    at = line.eventTs ?? at;
    placed.push({ line, at });
  }
  placed.sort((a, b) => compare(a.at, b.at));
  for (const { line } of placed) yield line;
}

/** Lines from before the first time in the file stay first. */
function compare(a: Instant | undefined, b: Instant | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a < b ? -1 : Number(a > b);
}
