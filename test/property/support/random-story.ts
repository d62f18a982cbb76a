import fc from 'fast-check';
import type { RowChange, TableStory } from '../../oracle/training/ways.ts';
import type { Value } from '../../oracle/training-set.ts';

const MINUTE = 60_000_000n;
/** Few moments, so that many of them meet: rows become visible when writes are known and syncs published. */
export const moments = fc.integer({ min: -2, max: 16 }).map((step) => BigInt(step) * 15n * MINUTE);

/** One write: the rows that it changes or removes. */
interface StoryWrite {
  readonly pause: bigint;
  readonly isHistory: boolean;
  readonly earliestRecord: bigint | null;
  readonly rows: readonly { key: readonly string[]; feature_ts: bigint; values: readonly Value[] | null }[];
  /** How long after it a sync publishes it, by another clock, so that it may be before. Null: none does. */
  readonly published: bigint | null;
}

/** What happens to a table with such keys and values: corrections, removals, late writes, imports and syncs. */
export function randomStories(
  key: fc.Arbitrary<readonly string[]>,
  values: fc.Arbitrary<readonly Value[]>,
): fc.Arbitrary<TableStory> {
  const pauses = fc.constantFrom(0n, 0n, 1n, 15n * MINUTE, 60n * MINUTE);
  const row = fc.record({
    key,
    feature_ts: moments,
    values: fc.option(values, { freq: 6 }),
  });
  const write: fc.Arbitrary<StoryWrite> = fc.record({
    pause: pauses,
    isHistory: fc.boolean(),
    earliestRecord: fc.option(moments),
    rows: fc.uniqueArray(row, {
      selector: ({ key, feature_ts }) => [...key, feature_ts].join('\0'),
      maxLength: 5,
    }),
    published: fc.option(fc.oneof(pauses, fc.constant(-15n * MINUTE)), { freq: 2 }),
  });
  return fc.array(write, { minLength: 1, maxLength: 14, size: 'max' }).map(storyOf);
}

function storyOf(writes: readonly StoryWrite[]): TableStory {
  const there = new Set<string>();
  const changes: RowChange[] = [];
  const syncs: TableStory['syncs'][number][] = [];
  let knownAt = -60n * MINUTE;
  let publishedAt = knownAt;
  for (const [index, { pause, rows, isHistory, earliestRecord, published }] of writes.entries()) {
    const sequence = BigInt(index + 1);
    knownAt += pause;
    for (const { key, feature_ts, values } of rows) {
      const id = [...key, feature_ts].join('\0');
      if (values === null && !there.delete(id)) continue;
      if (values !== null) there.add(id);
      changes.push({ sequence, knownAt, key, feature_ts, values, isHistory, earliestRecord });
    }
    if (published === null) continue;
    publishedAt = [publishedAt, knownAt + published].reduce((one, other) => (one > other ? one : other));
    syncs.push({ sequence, publishedAt });
  }
  return { changes, syncs };
}

/** A version of a row, with the writes that made and superseded it. */
export interface StoryVersion extends RowChange {
  readonly superseded: bigint | null;
}

/** The versions of all rows, those that are removed or replaced included. */
export function versionsOf({ changes }: TableStory): StoryVersion[] {
  return changes
    .filter(({ values }) => values !== null)
    .map((change) => {
      const next = changes.find(
        (other) =>
          other.sequence > change.sequence &&
          other.feature_ts === change.feature_ts &&
          other.key.join('\0') === change.key.join('\0'),
      );
      return { ...change, superseded: next?.sequence ?? null };
    });
}
