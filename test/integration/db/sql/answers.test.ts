import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { beforeEach, expect, test } from 'vitest';
import { type Pool, connect, inTransaction } from '../../../../db/sql/client.ts';
import type { Asker } from '../../../../db/sql/sessions/answering-client.ts';
import { ProcessSigns } from '../../../../db/sql/sessions/process-signs.ts';
import { stackEnvironment } from '../../../../stack/index.ts';
import { eventually } from '../../../support/expectations/eventually.ts';

const asker = new AsyncLocalStorage<string>();
/** The number of answers of the server, by asker. */
let answers: Map<string, number>;

beforeEach(() => {
  answers = new Map();
});

test('a long statement gets answers while the server works on it, and while it waits for a lock', async () => {
  await withPool(3, async (pool) => {
    await asker.run('sleeper', () => pool.query('SELECT pg_sleep(5)'));
    expect(of('sleeper')).toBeGreaterThanOrEqual(5); // the end of the statement alone gives about three
    await inTransaction(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(4711)');
      const waiting = asker.run('waiter', () =>
        inTransaction(pool, (other) => other.query('SELECT pg_advisory_xact_lock(4711)')),
      );
      await delay(1_500);
      const before = of('waiter');
      await delay(4_000);
      expect(of('waiter')).toBeGreaterThanOrEqual(before + 2);
      void waiting;
    });
  });
});

test('a statement that waits for many locks, one after the other, shows another sign at each', async () => {
  const signs = new ProcessSigns({ connectionString: stackEnvironment().DATABASE_URL });
  const locks = [1, 2, 3];
  await withPool(locks.length + 1, async (pool) => {
    const holders = await Promise.all(locks.map(() => pool.connect()));
    for (const [index, holder] of holders.entries())
      await holder.query('SELECT pg_advisory_lock(4713, $1::int)', [locks[index]]);
    const waiter = await pool.connect();
    const { rows } = await waiter.query<{ process: number }>('SELECT pg_backend_pid() AS process');
    const { process } = rows[0]!;
    const waiting = waiter.query(
      'SELECT pg_advisory_lock(4713, lock), pg_advisory_unlock(4713, lock) FROM unnest($1::int[]) AS lock',
      [locks],
    );
    const marks = new Set<string>();
    for (const [index, holder] of holders.entries()) {
      await eventually(`the wait for lock ${index + 1}`, async () => {
        const { doing, mark } = (await signs.of([process])).get(process)!;
        if (doing === 'waits') marks.add(mark);
        return marks.size > index;
      });
      await holder.query('SELECT pg_advisory_unlock_all()');
    }
    await waiting;
    for (const client of [...holders, waiter]) client.release();
  });
  await signs.close();
});

test('answers count for their asker, also on a connection that another asker has just released', async () => {
  await withPool(1, async (pool) => {
    const first = asker.run('first', () => pool.query('SELECT pg_sleep(0.2)'));
    const second = asker.run('second', () => pool.query('SELECT * FROM generate_series(1, 100)'));
    await Promise.all([first, second]);
    expect(of('first')).toBeLessThan(20);
    expect(of('second')).toBeGreaterThan(100);
  });
});

test('a statement that waits for the client gets no answers', async () => {
  await withPool(2, async (pool) => {
    await inTransaction(pool, async (client) => {
      await client.query('CREATE TEMPORARY TABLE copied (value text) ON COMMIT DROP');
      await asker.run('copier', async () => {
        const rows = async function* (): AsyncGenerator<string> {
          while (of('copier') <= 2) yield `${'x'.repeat(99)}\n`.repeat(10_000);
          const sent = of('copier');
          await delay(4_000);
          expect(of('copier')).toBeLessThanOrEqual(sent + 2);
        };
        await pipeline(Readable.from(rows()), client.query(copyFrom('COPY copied FROM STDIN')));
      });
      const held = answers.size;
      await delay(2_500);
      expect(answers.size).toBe(held);
    });
  });
});

function of(name: string): number {
  return answers.get(name) ?? 0;
}

function whoAsks(): Asker {
  const name = asker.getStore() ?? 'nobody';
  return { answered: () => answers.set(name, of(name) + 1), isGone: () => false };
}

async function withPool(max: number, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = await connect(stackEnvironment().DATABASE_URL!, { max, whoAsks });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}
