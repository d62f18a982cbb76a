import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Doing, Patience, type Wait, signOf } from '../../../../../db/sql/sessions/patience.ts';
import { forAll } from '../../../support/for-all.ts';

/** How long the same sign may last, in s. */
const LIMITS: Record<Doing, number> = {
  works: 3_600,
  waits: 60,
  'waits for the client': 60,
  'has no statement': 10,
  unknown: 15,
};
const doings = Object.keys(LIMITS) as Doing[];

const sign = fc.record({
  doing: fc.constantFrom(...doings),
  mark: fc.constantFrom('', 'IO:DataFileRead', 'Lock:tuple'),
});
const look = fc.tuple(sign, fc.integer({ min: 1, max: 7 }));

test('a statement is given up exactly when its process has shown one sign for as long as that sign is believed', () => {
  forAll(fc.array(look, { minLength: 1, maxLength: 60 }), (looks) => {
    const patience = new Patience();
    looks.forEach(([now, since], index) => {
      const others = looks
        .slice(0, index + 1)
        .findLastIndex(([one]) => one.doing !== now.doing || one.mark !== now.mark);
      const same = looks.slice(others + 2, index + 1).reduce((sum, [, seconds]) => sum + seconds, 0);
      expect(patience.endsWith(now, since * 1_000)).toBe(same >= LIMITS[now.doing]);
    });
  });
});

const none: Wait = [null, null];
const disk: Wait = ['IO', 'DataFileRead'];
const lock: Wait = ['Lock', 'advisory'];
const sleep: Wait = ['Timeout', 'PgSleep'];
const gather: Wait = ['IPC', 'ExecuteGather'];

test('a process works if it or one of its parallel workers computes or reads, and waits if all of them wait', () => {
  expect(signOf(none, [none]).doing).toBe('works');
  expect(signOf(disk, [disk]).doing).toBe('works');
  expect(signOf(gather, [gather, none]).doing).toBe('works');
  expect(signOf(gather, [gather, lock]).doing).toBe('waits');
  for (const wait of [lock, sleep]) expect(signOf(wait, [wait]).doing).toBe('waits');
  expect(signOf(['Client', 'ClientRead'], [['Client', 'ClientRead']]).doing).toBe('waits for the client');
});

test('another wait is another sign', () => {
  const marks = [[none], [disk], [gather, none], [gather, disk]].map(
    (waits) => signOf(waits[0]!, waits).mark,
  );
  expect(new Set(marks).size).toBe(marks.length);
});
