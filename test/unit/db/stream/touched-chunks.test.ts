import { expect, test } from 'vitest';
import { endOfFewChunks, isTooSparse } from '../../../../db/stream/touched-chunks.ts';
import { streamEngine } from '../../../../domain/stream/micro-batch.ts';
import { compileStreamTable } from '../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';

const WEEK = 7n * 86_400_000_000n;

test.each([
  ['of one week', [0n], 1, false],
  ['of four weeks, for very many tables', [0n, 50n, 100n, 150n], 100, false],
  ['of 40 weeks', weeks(40), 1, false],
  ['of 60 weeks', weeks(60), 1, true],
  ['of 40 weeks, for two tables', weeks(40), 2, true],
  ['of 25 weeks that lie apart', weeks(25).map((week) => week * 10n), 1, false],
  ['of 40 weeks that lie apart', weeks(40).map((week) => week * 10n), 1, true],
  ['of weeks before 1970', weeks(60).map((week) => -week), 1, true],
])('a micro-batch %s', (_, inWeeks, tables, expected) => {
  expect(isTooSparse(engineOf(tables), { raw: inWeeks.map(eventIn) })).toBe(expected);
});

test('many events of the same weeks touch no more chunks than one', () => {
  const raw = Array.from({ length: 10_000 }, (_, index) => eventIn(BigInt(index % 40)));
  expect(isTooSparse(engineOf(1), { raw })).toBe(false);
});

test('one definition bounds the chunks of a micro-batch and of a step of a backfill', () => {
  const engine = engineOf(1);
  for (let count = 1; count < 120; count += 9) {
    for (const apart of [1n, 10n, -1n]) {
      const raw = weeks(count).map((week) => eventIn(week * apart));
      const times = raw.map(({ event }) => event.eventTs).sort((a, b) => Number(a - b));
      const end = endOfFewChunks(engine.tables, times);
      expect(end !== undefined).toBe(isTooSparse(engine, { raw }));
      const step = raw.filter(({ event }) => end === undefined || event.eventTs < end);
      expect(step.length).toBeGreaterThan(Math.min(4, count - 1));
      expect(isTooSparse(engine, { raw: step })).toBe(false);
    }
  }
});

test('a step of a backfill takes at least a few chunks, however wide the windows are', () => {
  const { tables } = engineOf(100);
  const times = weeks(50).map((week) => eventIn(week * 10n).event.eventTs);
  expect(endOfFewChunks(tables, times)).toBe(40n * WEEK);
});

function weeks(count: number): bigint[] {
  return Array.from({ length: count }, (_, week) => BigInt(week));
}

function eventIn(week: bigint) {
  const eventTs = week * WEEK + 1n;
  const event = { partition: 0, offset: 0n, kafkaTs: eventTs, eventTs, values: [] };
  return { event, watermark: undefined, duplicate: false };
}

function engineOf(tables: number) {
  const { definition: source } = userEvents;
  const table = compileStreamTable(userActivityFeatures.definition, source);
  return streamEngine(
    source,
    Array.from({ length: tables }, () => table),
  );
}
