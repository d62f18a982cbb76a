import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Fetched, type OffsetRange, Reading } from '../../../../adapters/kafka/reading.ts';

const LIMITS = { maxRecords: 100, maxBytes: 1_000 };

describe('a read of ranges with an end', () => {
  test('takes the records of its ranges and returns the rest', async () => {
    const reading = new Reading([range(0, 5, 8), range(1, 0, 1)], LIMITS);
    const rest = reading.take(fetched(0, 5, 10, [5, 6, 7, 8, 9]));
    expect(rest.records.map(({ offset }) => Number(offset))).toEqual([8, 9]);
    expect(reading.wants(0)).toBe(false);
    reading.take(fetched(1, 0, 1, []));
    expect(await outcome(reading)).toEqual({ offsets: [5, 6, 7], ranges: [range(0, 5, 8), range(1, 0, 1)] });
  });

  test.each([
    ['records', { ...LIMITS, maxRecords: 3 }],
    ['bytes', { ...LIMITS, maxBytes: 30 }],
  ])('ends at its limit of %s', async (_limit, limits) => {
    const reading = new Reading([range(0, 0, 100)], limits);
    const rest = reading.take(fetched(0, 0, 50, [0, 1, 4, 7, 8]));
    expect(await outcome(reading)).toEqual({ offsets: [0, 1, 4], ranges: [range(0, 0, 7)] });
    expect(rest).toMatchObject({ from: 7n, next: 50n });
  });

  test('separates the records before its range, and skips deleted ones', async () => {
    const ranges = [0, 1].map((partition) => ({ ...range(partition, 5, 7), backTo: 3n }));
    const reading = new Reading(ranges, { ...LIMITS, maxRecords: 3 });
    reading.take(fetched(0, 3, 7, [3, 5, 6]));
    reading.passOver(1, 4n);
    reading.passOver(1, 6n);
    expect(reading.position(1)).toBe(4n);
    reading.take(fetched(1, 4, 6, [5]));
    const { before } = await reading.result;
    expect(before.map(({ partition, offset }) => [partition, Number(offset)])).toEqual([[0, 3]]);
    expect(await outcome(reading)).toEqual({
      offsets: [5, 6, 5],
      ranges: [range(0, 5, 7), range(1, 5, 6)],
    });
  });

  test('can end before any record arrives', async () => {
    const reading = new Reading([range(0, 3, 9)], LIMITS);
    reading.finish();
    expect(await outcome(reading)).toEqual({ offsets: [], ranges: [range(0, 3, 3)] });
  });
});

describe('a read that follows the head', () => {
  test('ends without records when none arrives', async () => {
    expect(await outcome(follow(Promise.resolve()))).toEqual({ offsets: [], ranges: [range(0, 0, 0)] });
  });

  test('collects records up to its limits until the caller is ready', async () => {
    let beReady!: () => void;
    const reading = follow(new Promise((resolve) => (beReady = resolve)));
    reading.take(fetched(0, 0, 1, [0]));
    await delay(30);
    reading.take(fetched(0, 1, 3, [1]));
    beReady();
    expect(await outcome(reading)).toEqual({ offsets: [0, 1], ranges: [range(0, 0, 3)] });
  });

  test('does not treat a record before its range as its first record', async () => {
    const reading = new Reading([{ partition: 0, from: 5n, backTo: 4n }], {
      ...LIMITS,
      following: { lingerMs: 1_000_000, waitMs: 20, ready: Promise.resolve() },
    });
    reading.take(fetched(0, 4, 5, [4]));
    expect(await outcome(reading)).toEqual({ offsets: [], ranges: [range(0, 5, 5)] });
    expect((await reading.result).before).toHaveLength(1);
  });

  test('ends at once at a limit', async () => {
    const reading = follow(new Promise(() => {}));
    reading.take(
      fetched(
        0,
        0,
        200,
        Array.from({ length: 200 }, (_, offset) => offset),
      ),
    );
    expect((await outcome(reading)).offsets).toHaveLength(100);
  });

  test('skips absent offsets', async () => {
    const reading = follow(Promise.resolve());
    reading.take(fetched(0, 0, 4, []));
    expect(await outcome(reading)).toEqual({ offsets: [], ranges: [range(0, 0, 4)] });
  });
});

/** A read of partition 0 that follows the head. */
function follow(ready: Promise<void>): Reading {
  const following = { lingerMs: 1, waitMs: 20, ready };
  return new Reading([{ partition: 0, from: 0n }], { ...LIMITS, following });
}

/** A fetch of a partition's offsets `[from, next)`, with records at some of them. */
function fetched(partition: number, from: number, next: number, offsets: readonly number[]): Fetched {
  const record = (offset: number) => ({
    partition,
    offset: BigInt(offset),
    kafkaTs: 0n,
    key: null,
    value: new Uint8Array(10),
  });
  return { partition, from: BigInt(from), next: BigInt(next), records: offsets.map(record) };
}

function range(partition: number, from: number, to: number): OffsetRange {
  return { partition, from: BigInt(from), to: BigInt(to) };
}

async function outcome(reading: Reading) {
  const { records, ranges } = await reading.result;
  return { offsets: records.map(({ offset }) => Number(offset)), ranges };
}
