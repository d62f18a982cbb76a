import { expect, test } from 'vitest';
import { deleteAllKeys } from '../../../adapters/redis/delete-all.ts';
import { OnlineKeys } from '../../../adapters/redis/keys.ts';
import { OnlineWriter } from '../../../adapters/redis/online-writer.ts';
import type { Pointer } from '../../../domain/online/publication.ts';
import { ACTIVITY, at, syncAt, withOnlineProject, writeWindows } from '../../support/projects/online.ts';

const key = ['u_1'];
const rows = [{ featureTs: at('10:00:00'), version: '1', values: [1] }];

test('two owners cannot sync a table at once', async () => {
  await withOnlineProject(async (project) => {
    const other = await OnlineWriter.claim(project, ACTIVITY, 'other');
    await expect(syncAt(project, at('10:01:00'))).rejects.toMatchObject({
      code: 'ASOF_ONLINE_SYNC_RUNNING',
      kind: 'conflict',
      message: `online table '${ACTIVITY}' is being synced by other; wait for it to end`,
    });
    await other.release();
    await expect(syncAt(project, at('10:01:00'))).resolves.toMatchObject({ published: true });
  });
});

test('an attempt that was believed dead writes and publishes nothing when it comes back', async () => {
  await withOnlineProject(async (project) => {
    const dead = await OnlineWriter.claim(project, ACTIVITY, 'test');
    await writeWindows(project, [{ user: 'u_1', end: at('10:00:00'), events: 2 }]);
    await syncAt(project, at('10:01:00'));
    const before = await project.reader.read([ACTIVITY], [{ table: ACTIVITY, key }]);
    const pointer = before.pointers.get(ACTIVITY) as Pointer;

    const superseded = { code: 'ASOF_ONLINE_SYNC_SUPERSEDED', kind: 'conflict' };
    await expect(dead.write([{ key, rows }], 1, undefined)).rejects.toMatchObject(superseded);
    const moment = { notBefore: at('10:02:00'), simulated: true };
    await expect(dead.publish(pointer, moment)).rejects.toMatchObject(superseded);
    await dead.release();
    expect(await project.reader.read([ACTIVITY], [{ table: ACTIVITY, key }])).toEqual(before);
  });
});

test("the moment of publication comes from the store's clock and never goes back", async () => {
  await withOnlineProject(async (project) => {
    const writer = await OnlineWriter.claim(project, ACTIVITY, 'test');
    const { pointers } = await project.reader.read([ACTIVITY], []);
    expect(pointers.size).toBe(0);
    const current = {
      sync: 1,
      since: 1,
      syncId: 'a',
      sequence: '1',
      publishedAt: 0n,
      availableAfter: 0n,
      features: ['f'],
    };
    const started = BigInt(Date.now()) * 1000n;
    const real = await writer.publish({ current, previous: null }, { notBefore: 0n, simulated: false });
    expect(real.current.publishedAt).toBeGreaterThanOrEqual(started);
    expect(real.current.publishedAt).toBeLessThan(started + 10_000_000n);
    const ahead = started + 3_600_000_000n;
    const next = await writer.publish({ current, previous: null }, { notBefore: ahead, simulated: false });
    expect(next.current.publishedAt).toBe(ahead);
    await writer.release();
  });
});

test('deleteAllKeys deletes every online key of its namespace and no other', async () => {
  await withOnlineProject(async (project) => {
    const others = ['asof', 'asof2:online:x:pointer', 'other', 'shop:online:x:pointer'];
    for (const key of others) await project.redis.set(key, '1');
    await writeWindows(project, [{ user: 'u_1', end: at('10:00:00'), events: 2 }]);
    await syncAt(project, at('10:01:00'));
    expect(await deleteAllKeys(project.redis, new OnlineKeys())).toBe(2);
    expect((await project.redis.keys('*')).sort()).toEqual(others);
    expect(await syncAt(project, at('10:02:00'))).toMatchObject({ published: true, keys: 1, sync: 2 });
  });
});
