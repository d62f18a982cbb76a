import type { Instant } from '../../../domain/time/instant.ts';
import type { EventLine } from './event-line.ts';

/**
 * Sorts lines by event time. Lines with equal times keep their order, and a line without a readable time
 * stays behind the line before it. Holds all lines in memory, including their bytes.
 */
export async function* inTimeOrder(
  lines: AsyncIterable<EventLine>,
): AsyncGenerator<EventLine, void, undefined> {
  const timed: { readonly line: EventLine; readonly at: Instant | undefined }[] = [];
  let at: Instant | undefined;
  for await (const line of lines) {
    at = line.eventTs ?? at;
    timed.push({ line, at });
  }
  timed.sort((a, b) => compare(a.at, b.at));
  for (const { line } of timed) yield line;
}

/** Lines before the first readable time of the file stay first. */
function compare(a: Instant | undefined, b: Instant | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a < b ? -1 : Number(a > b);
}
