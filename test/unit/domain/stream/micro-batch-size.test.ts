import { expect, test } from 'vitest';
import { nextRecords, recordsOnAttempt, recordsTaken } from '../../../../domain/stream/micro-batch-size.ts';

const MOST = 100_000;

test.each([
  [1, undefined, 100_000],
  [1, 10, 100_000],
  [2, undefined, 50_000],
  [2, 80, 40],
  [9, 80, 40],
  [2, 1, 1],
  [2, 1_000_000, 50_000],
  [5, undefined, 6_250],
  [2_000, undefined, 1],
])('attempt %i after %s unfinished records takes %i', (attempt, unfinished, expected) => {
  expect(recordsOnAttempt({ attempt, unfinished }, MOST)).toBe(expected);
});

test('attempts that never finish come down to one record', () => {
  let unfinished = MOST;
  for (let attempt = 2; attempt <= 18; attempt += 1)
    unfinished = recordsOnAttempt({ attempt, unfinished }, MOST);
  expect(unfinished).toBe(1);
});

test('micro-batches grow while they are quick, up to the greatest', () => {
  let records = 1;
  for (let microBatch = 0; microBatch < 17; microBatch += 1) records = nextRecords(records, MOST, 5_000);
  expect(records).toBe(MOST);
});

test('micro-batches do not grow if twice as much would take long', () => {
  expect(nextRecords(400, MOST, 5_001)).toBe(400);
});

test.each([
  ['whole', 80, 80, MOST],
  ['in halves, because of one record', 81, 40, MOST],
  ['in smaller parts', 81, 20, 20],
  ['record by record', 4, 1, 1],
  ['without a record', 0, 0, MOST],
])('a micro-batch that was committed %s says how many the next may take', (_, read, largest, expected) => {
  expect(recordsTaken(MOST, read, largest)).toBe(expected);
});
