import { expect, test } from 'vitest';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { Announcement } from '../../../workers/announcement.ts';

/** Longer than anyone counts as present without a word. */
const LONG_MS = 60_000;

test('a worker goes on in the deployment that a reset and an apply of its database make', async () => {
  const { database, present, worker } = place();
  const announcement = worker();
  for (const deployment of ['d1', undefined, 'd2', 'd3']) {
    database.deployment = deployment;
    await announcement.renew();
    expect([...present.values()]).toEqual(deployment === undefined ? [] : [deployment]);
  }
  await announcement.leave();
  expect([...present]).toEqual([]);
});

test('a worker that is still announced in the former deployment does not end one, a worker that stays does', async () => {
  const { database, present, worker, clock } = place();
  const announcement = worker();
  await announcement.renew();
  database.deployment = 'd2';
  present.set('beside it', 'd1');
  const early = await announcement.renew().catch((error: unknown) => error);
  expect(early).toMatchObject({ code: 'ASOF_NAMESPACE_TAKEN' });
  expect(announcement.isOfAnother(early)).toBe(false);
  present.delete('beside it');
  await announcement.renew();

  present.set('beside it', 'd1');
  clock.now += LONG_MS;
  const late = await announcement.renew().catch((error: unknown) => error);
  expect(announcement.isOfAnother(late)).toBe(true);
});

test('a worker of any other deployment ends one, and so does a database of another namespace', async () => {
  const { database, present, worker } = place();
  const announcement = worker();
  await announcement.renew();
  present.set('elsewhere', 'd9');
  const error = await announcement.renew().catch((reason: unknown) => reason);
  expect(announcement.isOfAnother(error)).toBe(true);
  expect(announcement.isOfAnother(new AsofError('ASOF_NAMESPACE_DIFFERS', ''))).toBe(true);
  expect(announcement.isOfAnother(new AsofError('ASOF_REDIS_UNAVAILABLE', ''))).toBe(false);
  expect(database.deployment).toBe('d1');
});

test('a worker that has read the old deployment just before the reset reads the new one', async () => {
  const { database, present, worker } = place();
  const slow = worker(() => {
    const read = database.deployment!;
    database.deployment = 'd2';
    present.set('quick', 'd2');
    return read;
  });
  await slow.renew();
  expect([...present.values()]).toEqual(['d2', 'd2']);
});

/** A database, those present on its namespace by the deployment in which they are, and a clock. */
function place() {
  const database: { deployment: string | undefined } = { deployment: 'd1' };
  const present = new Map<string, string>();
  const clock = { now: 0 };
  const presence = {
    announce(deployment: string, worker: string): Promise<void> {
      const other = [...present].find(([, of]) => of !== deployment);
      if (other) {
        const details = { deployment: other[1] };
        return Promise.reject(new AsofError('ASOF_NAMESPACE_TAKEN', other[0], { details }));
      }
      return Promise.resolve(void present.set(worker, deployment));
    },
    leave: (_deployment: string, worker: string) => Promise.resolve(void present.delete(worker)),
  };
  const worker = (first?: () => string): Announcement => {
    let read = first;
    const find = (): Promise<{ id: string } | undefined> => {
      const id = read ? read() : database.deployment;
      read = undefined;
      return Promise.resolve(id === undefined ? undefined : { id });
    };
    return new Announcement(presence, find, () => clock.now);
  };
  return { database, present, worker, clock };
}
