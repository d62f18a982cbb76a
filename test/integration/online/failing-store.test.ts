import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../../adapters/redis/client.ts';
import { connectLastingRedis } from '../../../adapters/redis/eviction.ts';
import { OnlineKeys } from '../../../adapters/redis/keys.ts';
import { RedisOnlineReader } from '../../../adapters/redis/online-reader.ts';
import { OnlineWriter } from '../../../adapters/redis/online-writer.ts';
import type { Publication } from '../../../domain/online/publication.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { openTcpProxy } from '../../support/faults/tcp-proxy.ts';
import { ACTIVITY, at, syncAt, withOnlineProject, writeWindows } from '../../support/projects/online.ts';
import { type OwnRedis, ownRedis } from '../../support/servers/own-redis.ts';

const TABLE = 'windows';
const stored = new OnlineKeys();
const key = ['u_1'];
const rows = [{ featureTs: at('10:00:00'), version: '1', values: [1] }];

let first: OwnRedis;
let second: OwnRedis;

beforeAll(async () => {
  [first, second] = await Promise.all([ownRedis(), ownRedis()]);
});
afterAll(async () => {
  await Promise.all([first.remove(), second.remove()]);
});

test('after a failover one command fails by name, and the next one finds the new primary', async () => {
  await second.client.replicaof('127.0.0.1', first.port);
  await eventually('the replica to have its primary', async () =>
    (await second.client.info('replication')).includes('master_link_status:up'),
  );
  const proxy = await openTcpProxy(first.url);
  const redis = await connectRedis(proxy.url);
  const publish = async (sync: number) => {
    const writer = await OnlineWriter.claim({ redis }, TABLE, 'test');
    await writer.write([{ key, rows }], sync, undefined);
    await writer.publish({ current: publication(sync), previous: null }, { notBefore: 0n, simulated: true });
    await writer.release();
  };
  await publish(1);

  await second.client.replicaof('NO', 'ONE');
  await first.client.replicaof('127.0.0.1', second.port);
  proxy.leadTo(second.url);
  await expect(publish(2)).rejects.toMatchObject({
    code: 'ASOF_REDIS_UNAVAILABLE',
    kind: 'unavailable',
    message: expect.stringMatching(/refuses: READONLY .*It is a replica/) as string,
  });
  await publish(2);
  const { pointers } = await new RedisOnlineReader(second.client).read([TABLE], []);
  expect(pointers.get(TABLE)).toMatchObject({ current: { sync: 2 } });
  redis.disconnect();
  await proxy.close();
});

test('nothing is published to a store that may remove rows, and none is served from it', async () => {
  const { client, url } = second;
  const set = async (policy: string, limit: string) => {
    await client.config('SET', 'maxmemory-policy', policy);
    await client.config('SET', 'maxmemory', limit);
  };
  const evicts = { code: 'ASOF_REDIS_EVICTS', kind: 'unavailable' };
  for (const policy of ['allkeys-lru', 'allkeys-lfu', 'allkeys-random']) {
    await set(policy, '100mb');
    await expect(connectLastingRedis(url), policy).rejects.toMatchObject(evicts);
    await expect(OnlineWriter.claim({ redis: client }, TABLE, 'test'), policy).rejects.toMatchObject(evicts);
  }
  for (const [policy, limit] of [
    ['noeviction', '100mb'],
    ['volatile-lru', '100mb'],
    ['allkeys-lru', '0'],
  ] as const) {
    await set(policy, limit);
    (await connectLastingRedis(url)).disconnect();
  }
  await client.acl('SETUSER', 'narrow', 'on', '>secret', '~*', '+@all', '-info');
  (await connectLastingRedis(url.replace('://', '://narrow:secret@'))).disconnect();
});

test('a value that Asof did not write fails its own key alone, and the next whole sync replaces it', async () => {
  await withOnlineProject(async (project) => {
    const { redis, reader } = project;
    const users = ['u_1', 'u_2', 'u_3'].map((user) => ({ table: ACTIVITY, key: [user] }));
    await writeWindows(
      project,
      users.map(({ key: [user] }) => ({ user: user!, end: at('10:00:00'), events: 2 })),
    );
    await syncAt(project, at('10:01:00'));
    const before = await reader.read([ACTIVITY], users);
    await redis.set(stored.row(users[1]!), '[[1,["oh no"]]]');
    const { generations } = await reader.read([ACTIVITY], users);
    expect(generations).toEqual([before.generations[0], 'unreadable', before.generations[2]]);

    await writeWindows(project, [{ user: 'u_2', end: at('10:15:00'), events: 3 }]);
    await syncAt(project, at('10:16:00'));
    expect((await reader.read([], [users[1]!])).generations[0]).toMatchObject([{ sync: 2 }]);

    await redis.set(stored.pointer(ACTIVITY), '{"current":{}}');
    expect((await reader.read([ACTIVITY], [])).pointers.get(ACTIVITY)).toBe('unreadable');
    expect(await syncAt(project, at('10:17:00'))).toMatchObject({ published: true, keys: 3 });
    expect((await reader.read([ACTIVITY], [])).pointers.get(ACTIVITY)).toMatchObject({ previous: null });
  });
});

function publication(sync: number): Publication {
  return {
    sync,
    since: 1,
    syncId: 'test',
    sequence: String(sync),
    publishedAt: 0n,
    availableAfter: 0n,
    features: ['n'],
  };
}
