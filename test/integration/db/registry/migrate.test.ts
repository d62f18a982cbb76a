import { expect, test } from 'vitest';
import { migrate, migrationNames } from '../../../../db/registry/migrate.ts';
import { type Pool, connect } from '../../../../db/sql/client.ts';
import { withDatabase } from '../../../support/projects/project.ts';

test('eight processes that migrate an empty database at once make each migration once', async () => {
  await withPool(async (pool, url) => {
    const pools = await Promise.all(Array.from({ length: 8 }, () => connect(url, { max: 1 })));
    await Promise.all(pools.map((one) => migrate(one)));
    await Promise.all(pools.map((one) => one.end()));
    expect(await made(pool)).toEqual(await migrationNames());
  });
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
