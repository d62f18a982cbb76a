import { expect, test } from 'vitest';
import { HoldersPatience, type LockHolder } from '../../../../../db/sql/sessions/lock-holders.ts';
import type { Doing } from '../../../../../db/sql/sessions/patience.ts';

const LOOK_MS = 2_000;

test('holders that get on are waited for without end', () => {
  const patience = new HoldersPatience();
  for (let look = 0; look < 10_000; look += 1)
    expect(patience.outOf([holder(1, 'waits', `statement ${look >> 3}`)], LOOK_MS)).toEqual([]);
});

test('a holder that waits for the same thing is given up after a minute, and is the one that is named', () => {
  const patience = new HoldersPatience();
  const looks = Array.from({ length: 31 }, (_, look) =>
    patience.outOf([holder(1, 'works', `statement ${look}`), holder(2, 'waits', 'for ever')], LOOK_MS),
  );
  expect(looks.slice(0, -1).flat()).toEqual([]);
  expect(looks.at(-1)!.map(({ process }) => process)).toEqual([2]);
});

test('a holder that computes is believed for an hour', () => {
  const patience = new HoldersPatience();
  let looks = 0;
  while (patience.outOf([holder(1, 'works', 'one statement')], LOOK_MS).length === 0) looks += 1;
  expect(looks * LOOK_MS).toBe(3_600_000);
});

test('each new holder begins anew', () => {
  const patience = new HoldersPatience();
  for (let look = 0; look < 10_000; look += 1)
    expect(patience.outOf([holder(look >> 4, 'waits', 'for ever')], LOOK_MS)).toEqual([]);
});

function holder(process: number, doing: Doing, mark: string): LockHolder {
  return { process, sign: { doing, mark }, words: `server process ${process}` };
}
