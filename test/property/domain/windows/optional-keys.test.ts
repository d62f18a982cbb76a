import fc from 'fast-check';
import { expect, test } from 'vitest';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, streamTable } from '../../../../schemas/index.ts';
import { MINUTE } from '../../../oracle/log.ts';
import { oracle, windowKey } from '../../../oracle/oracle.ts';
import { windowEndsAround } from '../../../oracle/windows.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';
import type { Stream } from '../../support/stream.ts';

const cases = fc.record({ stream: streams({ nulls: 40, disorder: 30 }), batchings });

test('an event whose optional key is null or empty is in no window and no late list of the table, and counts in all others', () => {
  let [without, late] = [0, 0];
  forAll(cases, ({ stream, batchings }) => {
    const byPlatform = streamTable({
      name: 'by_platform',
      source: userEvents,
      primaryKeys: ['platform'],
      window: userActivityFeatures.definition.window,
      features: { events: count() },
    });
    const { length, slide } = stream.settings;
    const window = { length: `${length} minutes`, slide: `${slide} minutes` };
    const store = runInBatches(stream, engineFor(stream, [{ ...byPlatform.definition, window }]), batchings);
    const expected = oracle(stream.records, stream.options);
    expect(store.tables.get(ACTIVITY)!.rows).toEqual(expected.windows);

    const naive = countsByPlatform(stream);
    const rows = [...store.tables.get('by_platform')!.rows];
    expect(new Map(rows.map(([key, { events }]) => [key, events]))).toEqual(naive.counts);
    expect(store.late.filter(({ table }) => table === 'by_platform')).toHaveLength(naive.late);
    without += expected.raw.filter(({ platform }) => !platform).length;
    late += naive.late;
  });
  expect(without).toBeGreaterThan(numRuns);
  expect(late).toBeGreaterThan(0);
});

/** How many events each window of a platform has, and how many events were late for a window of theirs. */
function countsByPlatform(stream: Stream) {
  const counts = new Map<string, number>();
  let late = 0;
  const spec = {
    length: BigInt(stream.settings.length) * MINUTE,
    slide: BigInt(stream.settings.slide) * MINUTE,
  };
  for (const { platform, event_ts, watermark, duplicate } of oracle(stream.records, stream.options).raw) {
    if (!platform || duplicate) continue;
    const ends = windowEndsAround(event_ts, spec);
    const open = ends.filter((end) => watermark === null || end > watermark);
    if (open.length < ends.length) late += 1;
    for (const end of open) {
      const key = windowKey(platform, end);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { counts, late };
}
