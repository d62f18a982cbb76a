import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_KEY_BYTES } from '../../../../domain/log/key-length.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { count, streamTable } from '../../../../schemas/index.ts';
import { oracle, windowKey } from '../../../oracle/oracle.ts';
import { windowEndsAround } from '../../../oracle/windows.ts';
import { batchings, runInBatches } from '../../support/batching.ts';
import { ACTIVITY, engineFor, windowWith } from '../../support/engine.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { streams } from '../../support/random-stream.ts';
import type { Stream } from '../../support/stream.ts';

const source = userEvents.definition;
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
    const { length, slide, offset } = stream.settings;
    const window = windowWith(length, slide, offset);
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

test('an event whose optional key is null or empty is an event however long the other parts of the key are', () => {
  const { definition } = streamTable({
    name: 'by_session',
    source: userEvents,
    primaryKeys: ['platform', 'session_id'],
    window: userActivityFeatures.definition.window,
    features: { events: count() },
  });
  const engine = streamEngine(source, [compileStreamTable(definition, source)]);
  const keys = fc.record({
    platform: fc.constantFrom(null, '', 'web', undefined),
    session_id: fc.nat({ max: 2 * MAX_KEY_BYTES }).map((length) => 's'.repeat(length)),
  });
  let skipped = 0;
  forAll(keys, ({ platform, session_id }) => {
    const event = { user_id: 'a', platform, session_id, event_ts: '2026-01-31T10:00:00Z' };
    const kafkaTs = BigInt(Date.parse(event.event_ts)) * 1_000n;
    const value = Buffer.from(JSON.stringify(event));
    const { raw, tiles } = engine.fold([{ partition: 0, offset: 0n, kafkaTs, key: null, value }], new Map());
    const isAbout = Boolean(platform && session_id);
    const isTooLong = isAbout && `${platform}${session_id}`.length > MAX_KEY_BYTES;
    expect(raw).toHaveLength(isTooLong ? 0 : 1);
    expect(tiles.get('by_session')).toHaveLength(isAbout && !isTooLong ? 1 : 0);
    if (!isAbout && session_id.length > MAX_KEY_BYTES) skipped += 1;
  });
  expect(skipped).toBeGreaterThan(numRuns / 8);
});

/** How many events each window of a platform has, and how many events were late for a window of theirs. */
function countsByPlatform(stream: Stream) {
  const counts = new Map<string, number>();
  let late = 0;
  for (const { platform, event_ts, watermark, duplicate } of oracle(stream.records, stream.options).raw) {
    if (!platform || duplicate) continue;
    const { length, slide, offset } = stream.options;
    const ends = windowEndsAround(event_ts, { length, slide, ...(offset !== undefined && { offset }) });
    const open = ends.filter((end) => watermark === null || end > watermark);
    if (open.length < ends.length) late += 1;
    for (const end of open) {
      const key = windowKey(platform, end);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return { counts, late };
}
