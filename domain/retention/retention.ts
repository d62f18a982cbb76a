import type { Definition } from '../registry/definition.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { type Instant, floorTo } from '../time/instant.ts';
import { largestTiles, tileStart, windowOf } from '../windows/window.ts';

/**
 * What retention can remove. The first four belong to an event source, `tiles` to a stream table, and
 * `history` to any feature table.
 */
export const RETAINED = ['raw', 'deadLetters', 'lateEvents', 'ledger', 'tiles', 'history'] as const;

export type Retained = (typeof RETAINED)[number];

/** Something of a definition that is stored for a limited time. */
export interface RetentionTask {
  readonly retained: Retained;
  /** The event source, or for `tiles` and `history` the feature table. */
  readonly name: string;
}

const DAY: Duration = 86_400_000_000n;

/**
 * A task for each retention that the definitions limit, in the order of removal: sources first, then tables.
 */
export function retentionTasks(definitions: readonly Definition[]): RetentionTask[] {
  return RETAINED.flatMap((retained) =>
    definitions
      .filter((definition) => keepOf(definition, retained) !== undefined)
      .map(({ name }) => ({ retained, name })),
  );
}

/**
 * The moment before which retention removes something at the moment `at`. Undefined: kept forever. Raw events
 * are removed by whole days (UTC), so their cutoff is a midnight. The cutoff of tiles is the start
 * of one.
 */
export function retentionCutoff(
  definition: Definition,
  retained: Retained,
  at: Instant,
): Instant | undefined {
  const keep = keepOf(definition, retained);
  if (keep === undefined) return undefined;
  if (retained === 'raw') return floorTo(at - keep, DAY);
  if (definition.kind !== 'stream_table' || retained !== 'tiles') return at - keep;
  return tileStart(largestTiles(windowOf(definition.window)), at - keep);
}

function keepOf(definition: Definition, retained: Retained): Duration | undefined {
  const retention = 'retention' in definition ? definition.retention : undefined;
  const keep = (retention as Partial<Record<Retained, string>> | undefined)?.[retained];
  return keep === undefined ? undefined : parseDuration(keep);
}
