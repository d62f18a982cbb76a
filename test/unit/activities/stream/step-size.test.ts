import pg from 'pg';
import { expect, test } from 'vitest';
import { StepSize } from '../../../../activities/stream/step-size.ts';

const SETTINGS = { table: 'user_activity', maxEvents: 10_000 };
const TOO_MANY_LOCKS = '53200';
const CHECK_VIOLATION = '23514';

test('a refused step is halved until it is stored, and the next task begins near that size', async () => {
  const sizes = recorder(600, TOO_MANY_LOCKS);
  const first = new StepSize(SETTINGS, 1);
  expect(await first.run(sizes.step)).toBe(312);
  expect(sizes.taken).toEqual([10_000, 5_000, 2_500, 1_250, 625, 312]);
  const next = new StepSize({ ...SETTINGS, stepEvents: first.events }, 1);
  sizes.taken.length = 0;
  await next.run(sizes.step);
  expect(sizes.taken).toEqual([624, 312]);
});

test('steps grow again when nothing refuses them, up to the greatest', async () => {
  const size = new StepSize({ ...SETTINGS, stepEvents: 1 }, 1);
  for (let step = 0; step < 14; step += 1) await size.run(() => Promise.resolve());
  expect(size.events).toBe(10_000);
});

test.each([
  [1, undefined, 10_000],
  [2, undefined, 5_000],
  [3, 400, 100],
  [1, 20_000, 10_000],
  [100, undefined, 1],
])('attempt %i of a task that begins with %s events takes %i', (attempt, stepEvents, expected) => {
  expect(new StepSize({ ...SETTINGS, stepEvents }, attempt).events).toBe(expected);
});

test('one event that is refused refuses the backfill, unless the server is short of something', async () => {
  await expect(new StepSize(SETTINGS, 1).run(recorder(0, CHECK_VIOLATION).step)).rejects.toMatchObject({
    code: 'ASOF_BACKFILL_REFUSED',
  });
  await expect(new StepSize(SETTINGS, 1).run(recorder(0, TOO_MANY_LOCKS).step)).rejects.toMatchObject({
    code: TOO_MANY_LOCKS,
  });
});

/** A step that the database refuses beyond some events, and the sizes with which it was tried. */
function recorder(most: number, code: string) {
  const taken: number[] = [];
  const step = (events: number): Promise<number> => {
    taken.push(events);
    if (events <= most) return Promise.resolve(events);
    return Promise.reject(Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code }));
  };
  return { taken, step };
}
