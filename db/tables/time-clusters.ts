import { type Instant, later } from '../../domain/time/instant.ts';
import { CHUNK_LENGTH } from '../sql/hypertable.ts';

/** A range of time. */
interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Divides things into groups that lie chunks apart in time, each in order. A statement for one group plans for
 * the chunks from its first time to its last, and locks them; so it leaves the chunks between the groups alone.
 */
export function timeClusters<Thing>(
  things: readonly Thing[],
  spanOf: (thing: Thing) => Span,
): (readonly Thing[])[] {
  const spans = things.map((thing) => ({ thing, ...spanOf(thing) }));
  spans.sort((a, b) => Number(a.from - b.from));
  const clusters: Thing[][] = [];
  let reached: Instant | undefined;
  for (const { thing, from, to } of spans) {
    if (reached === undefined || from > reached + CHUNK_LENGTH) clusters.push([]);
    clusters.at(-1)!.push(thing);
    reached = reached === undefined ? to : later(reached, to);
  }
  return clusters;
}
