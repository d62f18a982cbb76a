import { AsofError } from '../errors/asof-error.ts';
import { parseDuration } from '../time/duration.ts';
import type { Instant } from '../time/instant.ts';
import { parseIsoTime } from '../time/iso-time.ts';

/**
 * A spine that Asof makes: a row for each entity of a feature table, a reference table or an event source that is
 * visible at a moment, or at each moment of a grid.
 */
export type MadeSpine =
  | { readonly entitiesOf: string; readonly at: string }
  | {
      readonly entitiesOf: string;
      readonly from: string;
      /** The last moment, if the grid has it. */
      readonly to: string;
      readonly every: string;
    };

const MOST_MOMENTS = 100_000;

/** The moments of a made spine, in order: one, or from the first on in steps up to the last. */
export function momentsOf(spine: MadeSpine): Instant[] {
  if ('at' in spine) return [parseIsoTime(spine.at)!];
  const [first, last] = [parseIsoTime(spine.from)!, parseIsoTime(spine.to)!];
  const step = parseDuration(spine.every)!;
  const count = last < first ? 0n : (last - first) / step + 1n;
  if (count < 1n || count > MOST_MOMENTS)
    throw new AsofError(
      'ASOF_INPUT_INVALID',
      `the spine from ${spine.from} to ${spine.to} every ${spine.every} has ${count} moments; expected 1 to ${MOST_MOMENTS}`,
    );
  return Array.from({ length: Number(count) }, (_, at) => first + BigInt(at) * step);
}

/** What the spine is, in a few words. */
export function madeSpineWords(spine: MadeSpine): string {
  const when = 'at' in spine ? `at ${spine.at}` : `from ${spine.from} to ${spine.to} every ${spine.every}`;
  return `the entities of ${spine.entitiesOf} ${when}`;
}
