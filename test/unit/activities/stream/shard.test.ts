import { expect, test } from 'vitest';
import { Shard } from '../../../../activities/stream/shard.ts';
import type { ShardTask } from '../../../../schemas/workflows/stream-features.ts';

const FIRST = { attempt: 1, unfinished: undefined };

test.each([
  ['no size', {}, 100_000],
  ['the size that the last one found', { maxRecords: 625 }, 625],
  ['a size of before the settings allowed less', { maxRecords: 1_000_000 }, 100_000],
])('a shard that is handed %s begins and hands on accordingly', (_, found, expected) => {
  expect(new Shard({ ...task(), ...found }, FIRST).receipt.maxRecords).toBe(expected);
});

test('a further attempt begins with less than the size it was handed', () => {
  const shard = new Shard({ ...task(), maxRecords: 625 }, { attempt: 2, unfinished: undefined });
  expect(shard.receipt.maxRecords).toBe(312);
});

function task(): ShardTask {
  return {
    targets: [],
    follow: false,
    settings: {
      source: 'user-events',
      topic: 'user-events',
      triggerMs: 0,
      from: 'earliest',
      untilCaughtUp: true,
      shards: 1,
      maxRecords: 100_000,
      maxBytes: 1,
      maxHistoryEvents: 4_000,
    },
  };
}
