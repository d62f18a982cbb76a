import { expect, test } from 'vitest';
import { keepWritersOut } from '../../../../db/commits/source-revisions.ts';
import { isMigrated, migrate, migrationNames } from '../../../../db/registry/migrate.ts';
import { type Pool, connect, inTransaction } from '../../../../db/sql/client.ts';
import { withLocksLeft } from '../../../support/faults/few-locks.ts';
import { withDatabase } from '../../../support/projects/project.ts';

test('eight processes that migrate an empty database at once make each migration once', async () => {
  await withPool(async (pool, url) => {
    const pools = await Promise.all(Array.from({ length: 8 }, () => connect(url, { max: 1 })));
    await Promise.all(pools.map((one) => migrate(one)));
    await Promise.all(pools.map((one) => one.end()));
    expect(await made(pool)).toEqual(await migrationNames());
  });
});

test('a transaction that looked for a table in vain finds it once another has made it', async () => {
  await withPool((pool) =>
    inTransaction(pool, async (client) => {
      expect(await isMigrated(client)).toBe(false);
      await pool.query('CREATE SCHEMA asof; CREATE TABLE asof.migrations ()');
      expect(await isMigrated(client)).toBe(true);
    }),
  );
});

test('a migration that was renumbered is not made again', async () => {
  await withPool(async (pool) => {
    await migrate(pool);
    const [renamed, former] = ['000008_source_revisions', '000009_source_revisions'];
    await pool.query(`UPDATE asof.migrations SET name = '${former}' WHERE name = '${renamed}'`);
    await migrate(pool);
    expect(await made(pool)).toEqual(await migrationNames());
  });
});

test('the ends that an older version listed one by one become the range from the first to the last', async () => {
  await withPool(async (pool) => {
    await migrate(pool, { count: (await migrationNames()).indexOf('000033_missed_windows') });
    await pool.query(`
      INSERT INTO events.late_events (source, kafka_partition, kafka_offset, feature_table, key, event_ts, watermark, missed_windows, write_id)
      SELECT 'shop', 0, last, 'sales', '{u}', '2026-03-01 09:50Z', '2026-03-01 11:00Z', ends, 1
      FROM (VALUES (1, '{2026-03-01 10:00Z}'::timestamptz[]), (2, '{2026-03-01 10:00Z,2026-03-01 10:15Z,2026-03-01 10:30Z}')) AS listed (last, ends)`);
    await migrate(pool);
    const { rows } = await pool.query(`
      SELECT to_char(lower(missed_windows) AT TIME ZONE 'UTC', 'HH24:MI') AS first,
             to_char(upper(missed_windows) AT TIME ZONE 'UTC', 'HH24:MI') AS last
      FROM events.late_events WHERE upper_inc(missed_windows) ORDER BY kafka_offset`);
    expect(rows).toEqual([
      { first: '10:00', last: '10:00' },
      { first: '10:00', last: '10:30' },
    ]);
  });
});

/** Schemas that Asof would make, and an SQL statement of the database's owner before Asof came. */
test.each([
  ['events', 'CREATE SCHEMA events; CREATE TABLE events.orders (id int PRIMARY KEY, total numeric)'],
  ['features, reference', 'CREATE SCHEMA features; CREATE SCHEMA reference'],
  ['asof', 'CREATE SCHEMA asof'],
])('a database with the schemas %s is left alone', async (schemas, before) => {
  await withPool(async (pool) => {
    await pool.query(before);
    const all = await relations(pool);
    await expect(migrate(pool)).rejects.toMatchObject({
      code: 'ASOF_DATABASE_TAKEN',
      details: { schemas: schemas.split(', ') },
      message: expect.stringMatching(/Nothing was touched.*CREATE DATABASE/s) as string,
    });
    expect(await relations(pool)).toEqual(all);
  });
});

test('a schema that somebody makes between two versions of Asof leaves the older one as it was', async () => {
  await withPool(async (pool) => {
    await migrate(pool, { count: 1 });
    await pool.query('CREATE SCHEMA reference');
    await expect(migrate(pool)).rejects.toMatchObject({ details: { schemas: ['reference'] } });
    expect(await made(pool)).toEqual(['000001_foundation']);
  });
});

test('a migration that fails leaves nothing of those before it', async () => {
  await withPool(async (pool) => {
    await migrate(pool, { count: 3 });
    await pool.query('CREATE TABLE asof.deployment (mine int)');
    await expect(migrate(pool)).rejects.toThrow(/"deployment" already exists/);
    expect(await made(pool)).toHaveLength(3);
    await pool.query('DROP TABLE asof.deployment');
    await migrate(pool);
    expect(await made(pool)).toEqual(await migrationNames());
  });
});

test('what an older version made moves over: its relations and schedules are known, its topics are not', async () => {
  await withPool(async (pool) => {
    const older = (await migrationNames()).filter((name) => name < '000026');
    await migrate(pool, { count: older.length });
    const definitions = [
      { kind: 'event_source', name: 'shop-events', topic: 'shop' },
      { kind: 'batch_table', name: 'habits', retention: { history: '1 day' } },
    ];
    for (const definition of definitions)
      await pool.query(
        'INSERT INTO asof.definitions (kind, name, version, sha256, definition) VALUES ($1, $2, 1, $3, $4)',
        [definition.kind, definition.name, 'x', JSON.stringify(definition)],
      );
    await pool.query('CREATE TABLE features.habits (x int)');
    await migrate(pool);
    const { rows } = await pool.query("SELECT kind || ' ' || name || ' ' || state AS it FROM asof.made");
    expect(rows.map(({ it }: { it: string }) => it)).toEqual(
      expect.arrayContaining([
        'relation events.dead_letters made',
        'relation events.late_events made',
        'relation features.habits made',
        'schedule batch-habits made',
        'schedule retention made',
        'topic shop unknown',
      ]),
    );
    expect((await pool.query('SELECT namespace FROM asof.deployment')).rows).toEqual([{ namespace: 'asof' }]);
  });
});

test('tables that have more chunks together than the server has locks are migrated one by one', async () => {
  await withPool(async (pool, url) => {
    const older = 3;
    await migrate(pool, { count: older });
    await pool.query(
      "INSERT INTO asof.definitions (kind, name, version, sha256, definition) VALUES ('stream_table', 'old', 1, 'x', '{}')",
    );
    for (const schema of ['features', 'history']) await makeChunks(pool, `${schema}.old`);

    await withLocksLeft(url, CHUNKS / 4, async () => {
      await expect(migrate(pool)).rejects.toMatchObject({
        code: 'ASOF_TOO_FEW_LOCKS',
        details: { relation: 'features.old', chunks: CHUNKS },
        message: expect.stringMatching(/max_locks_per_transaction of the server to \d+ /) as string,
      });
    });
    expect(await made(pool)).toHaveLength(older);

    await withLocksLeft(url, CHUNKS * 1.5, () => migrate(pool));
    expect(await made(pool)).toEqual(await migrationNames());
    for (const schema of ['features', 'history'])
      expect((await pool.query(`SELECT count(approximate_features) FROM ${schema}.old`)).rowCount).toBe(1);
  });
});

test('a migration is waited for as long as it gets on, and what waits says for whom', async () => {
  await withPool(async (pool) => {
    const heard: string[] = [];
    let waiting: Promise<void> | undefined;
    await inTransaction(pool, async (client) => {
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended('asof.migrations', 0))");
      const { rows } = await client.query<{ process: number }>('SELECT pg_backend_pid() AS process');
      waiting = migrate(pool, { onWait: (holders) => heard.push(holders) });
      // Longer than one look at the holders.
      await client.query('SELECT pg_sleep(2.5)');
      expect(heard).toEqual([expect.stringContaining(`server process ${rows[0]!.process} (`)]);
    });
    await waiting;
    expect(await made(pool)).toEqual(await migrationNames());
  });
});

test('a wait for a lock ends neither by the lock_timeout of the session, nor does it change it', async () => {
  await withPool(async (pool) => {
    let waiting: Promise<string> | undefined;
    await inTransaction(pool, async (client) => {
      await keepWritersOut(client, 'shop');
      waiting = inTransaction(pool, async (other) => {
        await other.query("SET LOCAL lock_timeout = '50ms'");
        await keepWritersOut(other, 'shop');
        return (await other.query<{ lock_timeout: string }>('SHOW lock_timeout')).rows[0]!.lock_timeout;
      });
      await client.query('SELECT pg_sleep(0.3)');
    });
    expect(await waiting).toBe('50ms');
  });
});

/** Far more than the locks that others on the server take and give back meanwhile. */
const CHUNKS = 400;

async function makeChunks(pool: Pool, relation: string): Promise<void> {
  await pool.query(`CREATE TABLE ${relation} (user_id text, feature_ts timestamptz NOT NULL)`);
  await pool.query(
    `SELECT create_hypertable('${relation}', by_range('feature_ts', INTERVAL '1 day'), create_default_indexes => false)`,
  );
  await pool.query(
    `INSERT INTO ${relation} SELECT 'u', timestamptz '2020-01-01' + day * interval '1 day' FROM generate_series(1, ${CHUNKS}) AS day`,
  );
}

async function withPool(work: (pool: Pool, url: string) => Promise<void>): Promise<void> {
  await withDatabase(async (url) => {
    const pool = await connect(url);
    try {
      await work(pool, url);
    } finally {
      await pool.end();
    }
  });
}

async function made(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM asof.migrations ORDER BY name');
  return rows.map(({ name }) => name);
}

async function relations(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT nspname || '.' || coalesce(relname, '') AS name FROM pg_namespace n
    LEFT JOIN pg_class ON relnamespace = n.oid WHERE nspname !~ '^(pg_|information|_timescale|timescale)' ORDER BY 1`);
  return rows.map(({ name }) => name);
}
