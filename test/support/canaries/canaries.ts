import { randomUUID } from 'node:crypto';

/** A secret of which no copy may be found anywhere. */
export function newCanary(): string {
  return `canary${randomUUID().replaceAll('-', '')}`;
}

/** What was searched, by what it is called. */
export type Evidence = Map<string, string>;

/**
 * Where a secret was found, in the ways in which texts hold one. This is a search of its own, without anything of
 * what takes the secrets out.
 */
export function leaksIn(evidence: Evidence, secrets: readonly string[]): string[] {
  return [...evidence].flatMap(([where, text]) =>
    secrets.flatMap((secret) =>
      writingsOf(secret).flatMap(([how, written]) => {
        const at = text.indexOf(written);
        return at < 0
          ? []
          : [`${where}, ${how}: ${text.slice(Math.max(0, at - 200), at + written.length + 50)}`];
      }),
    ),
  );
}

function writingsOf(secret: string): [how: string, written: string][] {
  const bytes = Buffer.from(secret);
  return [
    ['plain', secret],
    ['of a URL', encodeURIComponent(secret)],
    ['in hex', bytes.toString('hex')],
    // The first and the last letters depend on what stands beside the secret.
    ...[0, 1, 2].map((before): [string, string] => {
      const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
      return [`in base64, ${before} bytes in`, text.slice(before === 0 ? 0 : before + 1, -4)];
    }),
  ];
}
