import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pool, connect, inTransaction } from '../../../../db/sql/client.ts';
import { stackEnvironment } from '../../../../stack/index.ts';
import { expectOracle } from '../../../support/expectations/expect-oracle.ts';
import { type ConnectionFault, type TcpProxy, openTcpProxy } from '../../../support/faults/tcp-proxy.ts';
import { expectBatchOracle, withBatchProject } from '../../../support/projects/batch-project.ts';
import { produce } from '../../../support/projects/log.ts';
import { kill, spawnWorker } from '../../../support/servers/asof.ts';

const SEED = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
const LOCK = 'SELECT pg_advisory_xact_lock(4712)';
const OTHER_LOCK = 'SELECT pg_advisory_xact_lock(4713)';

test('a connection that ends between two statements of a transaction fails it by name, and the pool goes on', async () => {
  await throughProxy(async (pool, proxy, server) => {
    const endings: readonly [ending: (process: number) => unknown, reason: RegExp][] = [
      [() => proxy.breakAll('cut'), /ECONNRESET|terminated unexpectedly/],
      [(process) => server.query('SELECT pg_terminate_backend($1)', [process]), /administrator command/],
    ];
    for (const [end, reason] of endings) {
      const failing = inTransaction(pool, async (client) => {
        const { rows } = await client.query<{ process: number }>('SELECT pg_backend_pid() AS process');
        const ended = new Promise((resolve) => client.once('end', resolve));
        await end(rows[0]!.process);
        await ended;
        await client.query('SELECT 1');
      });
      await expect(failing).rejects.toMatchObject({
        code: 'ASOF_DATABASE_UNAVAILABLE',
        kind: 'unavailable',
        message: expect.stringMatching(reason) as string,
      });
      expect(await inTransaction(pool, async (client) => (await client.query('SELECT 1')).rowCount)).toBe(1);
    }
  });
});

test.concurrent(
  'a statement that does not come through fails long before TCP would give up, and gives its locks back',
  async () => {
    await throughProxy(async (pool, proxy, server) => {
      const started = performance.now();
      const failing = inTransaction(pool, async (client) => {
        await client.query(LOCK);
        proxy.breakAll('stall');
        await client.query('SELECT 1');
      });
      await expect(failing).rejects.toMatchObject({
        code: 'ASOF_DATABASE_UNAVAILABLE',
        message: expect.stringMatching(/did not come through/) as string,
      });
      await inTransaction(server, (client) => client.query(LOCK));
      expect(performance.now() - started).toBeLessThan(60_000);
      expect((await pool.query('SELECT 1')).rowCount).toBe(1);
    });
  },
);

test('a lock that does not come is named, and a server that refuses is waited for', async () => {
  await throughProxy(async (pool, proxy, server) => {
    await inTransaction(server, async (client) => {
      await client.query(OTHER_LOCK);
      const waiting = inTransaction(pool, async (other) => {
        await other.query("SET LOCAL lock_timeout = '50ms'");
        await other.query(OTHER_LOCK);
      });
      await expect(waiting).rejects.toMatchObject({ code: 'ASOF_DATABASE_LOCKED', kind: 'conflict' });
    });
    expect((await pool.query('SHOW lock_timeout')).rows).toEqual([{ lock_timeout: '1min' }]);
    proxy.refusing = true;
    proxy.breakAll('cut');
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ASOF_DATABASE_UNAVAILABLE' });
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ASOF_DATABASE_UNAVAILABLE' });
    proxy.refusing = false;
    expect((await pool.query('SELECT 1')).rowCount).toBe(1);
  });
});

test('a statement ends on both sides when who asked has no use for it any more', async () => {
  let isGone = false;
  const pool = await connect(stackEnvironment().DATABASE_URL!, {
    whoAsks: () => ({ answered: () => {}, isGone: () => isGone }),
  });
  const started = performance.now();
  const waiting = pool.query('SELECT pg_sleep(600) AS nobody');
  setTimeout(() => (isGone = true), 1_000);
  await expect(waiting).rejects.toMatchObject({ code: 'ASOF_DATABASE_UNAVAILABLE' });
  isGone = false;
  const running = async () =>
    (
      await pool.query(
        "SELECT FROM pg_stat_activity WHERE query LIKE '%(600) AS nobody%' AND state = 'active' AND pid <> pg_backend_pid()",
      )
    ).rowCount;
  while ((await running()) !== 0) await delay(100);
  expect(performance.now() - started).toBeLessThan(60_000);
  await pool.end();
});

test.concurrent(
  `a worker lives through connections that are cut and stall at random statements, and its rows are the oracle's (ASOF_FAULT_SEED=${SEED})`,
  async () => {
    const gaps = fc.sample(fc.integer({ min: 5, max: 40 }), { numRuns: 5, seed: SEED });
    const faults: ConnectionFault[] = gaps.map((_, index) => (index === 2 ? 'stall' : 'cut'));
    await withBatchProject({ source: { topicPartitions: 2 } }, async (project) => {
      const { kafka, source, asof, environment } = project;
      const proxy = await openTcpProxy(project.settings.databaseUrl);
      const worker = await spawnWorker({ ...environment, ASOF_PYTHON: '', DATABASE_URL: proxy.url });
      try {
        await produce(kafka, source, events());
        let left = gaps[0]!;
        let happened = 0;
        proxy.onSend = () => {
          left -= 1;
          if (left > 0 || happened === faults.length) return undefined;
          happened += 1;
          left = gaps[happened] ?? Infinity;
          return faults[happened - 1];
        };
        await asof.stream(source).readToHead({ from: 'earliest' });
        const [from, to] = ['2026-02-27T00:00:00Z', '2026-03-01T00:00:00Z'];
        for (const table of ['user_profile_features', 'transaction_features'])
          await asof.batch(table).run({ from, to, again: true });
        expect(happened).toBeGreaterThan(3);
        expect(worker.exitCode).toBeNull();
        await expectOracle(project);
        await expectBatchOracle(project, [from, '2026-02-28T00:00:00Z', to]);
      } finally {
        await kill(worker);
        await proxy.close();
      }
    });
  },
  300_000,
);

function events(): { key: string; value: string }[] {
  return Array.from({ length: 400 }, (_, index) => {
    const user_id = `u_${index % 30}`;
    const event_ts = new Date(Date.parse('2026-02-20T00:00:00Z') + index * 1_800_000).toISOString();
    const value = {
      user_id,
      event_ts,
      event_type: 'purchase',
      product_id: `p_${index % 7}`,
      revenue: index / 8,
    };
    return { key: user_id, value: JSON.stringify(value) };
  });
}

/** Runs `work` with a pool whose connections go through a proxy, and with one that goes straight. */
async function throughProxy(
  work: (pool: Pool, proxy: TcpProxy, server: Pool) => Promise<void>,
): Promise<void> {
  const url = stackEnvironment().DATABASE_URL!;
  const proxy = await openTcpProxy(url);
  const server = await connect(url, { max: 2 });
  const pool = await connect(proxy.url, { max: 2 });
  try {
    await work(pool, proxy, server);
  } finally {
    await pool.end();
    await server.end();
    await proxy.close();
  }
}
