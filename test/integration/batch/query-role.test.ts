import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchQuery } from '../../../db/batch/batch-query.ts';
import { checkBatchQuery } from '../../../db/batch/check-batch-query.ts';
import { commitBatch } from '../../../db/batch/commit-batch.ts';
import { type Batch, loadBatch } from '../../../db/batch/load-batch.ts';
import { computeRows } from '../../../db/batch/queries/compute-rows.ts';
import { inQuerySession } from '../../../db/batch/queries/query-session.ts';
import { type Pool, connect, inTransaction } from '../../../db/sql/client.ts';
import type { QueriedBatchTable } from '../../../domain/registry/definition.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { fingerprint } from '../../support/expectations/fingerprint.ts';
import {
  HABITS,
  ORDERS,
  type TestDeployment,
  cafe,
  withDeploymentIn,
} from '../../support/projects/deployment.ts';
import { withOwnedDatabase } from '../../support/projects/owned-database.ts';

const AT = parseInstant('2026-03-02T00:00:00Z')!;
const SEED = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);
const RUNS = Number(process.env.ASOF_PROPERTY_RUNS ?? 60);
const REFUSED = { code: 'ASOF_BATCH_QUERY_INVALID', kind: 'input' };

/** What a query would call that wants more than to read what it declares. */
const CALLS = [
  "pg_read_file('/etc/passwd')",
  "pg_read_binary_file('/etc/passwd')",
  "pg_ls_dir('/')",
  "pg_stat_file('/etc/passwd')",
  "lo_import('/etc/passwd')",
  "lo_export(1, '/tmp/asof-leak')",
  "lo_from_bytea(0, 'x')",
  'lo_create(0)',
  "drop_chunks('events.cafe_orders', older_than => now())",
  "setval('asof.write_ids', 1)",
  "nextval('asof.write_ids')",
  'pg_reload_conf()',
  "pg_create_restore_point('x')",
  'pg_switch_wal()',
  "set_config('transaction_read_only', 'off', false)",
  "set_config('default_transaction_read_only', 'off', false) || set_config('transaction_read_only', 'off', true)",
  "query_to_xml('RESET ROLE', true, true, '')",
  "query_to_xml('DELETE FROM events.cafe_orders', true, true, '')",
  "query_to_xml('CREATE TEMP TABLE t (x int)', true, true, '')",
  "query_to_xml('SELECT rolpassword FROM pg_authid', true, true, '')",
  "table_to_xml('asof.query_login', true, true, '')",
  "dblink('dbname=asof', 'SELECT 1')",
  "asof.raise_source_revision('cafe-orders')",
] as const;

/** What it would read. */
const RELATIONS = [
  'pg_authid',
  'pg_shadow',
  'pg_largeobject',
  'asof.query_login',
  'asof.definitions',
  'asof.made',
  `features.${HABITS}`,
  `history.${HABITS}`,
  'events.dead_letters',
  'reference.secrets',
  'public.theirs',
] as const;

/** Whole texts that would end the statement around them, or be another one. */
const TEXTS = [
  'DELETE FROM events.cafe_orders RETURNING guest, 1::bigint AS orders',
  "COPY events.cafe_orders TO PROGRAM 'id'",
  'DO $$ BEGIN PERFORM 1; END $$',
  'SELECT guest, 1::bigint AS orders INTO TEMP leak FROM entities',
  'WITH gone AS (DELETE FROM events.cafe_orders RETURNING guest) SELECT guest, 1::bigint AS orders FROM gone',
  "SELECT 'a' AS guest, 1::bigint AS orders) AS query) TO STDOUT; SET ROLE NONE; RESET ALL; COPY (SELECT * FROM (SELECT 1 AS guest, 2 AS orders",
  "SELECT 'a' AS guest, 1::bigint AS orders) AS query) TO PROGRAM 'id' --",
  "SELECT 'a' AS guest, 1::bigint AS orders) AS result; DROP TABLE asof.made; SELECT (SELECT 1",
  'SELECT guest, $1::bigint AS orders FROM entities',
];

test('nothing that wants more than to read the declared relations comes through, in apply or in a run', async () => {
  await withCafe(async ({ pool, owner }) => {
    await pool.query('CREATE TABLE public.theirs (guest text, orders bigint)');
    await pool.query('CREATE TABLE reference.secrets (guest text, orders bigint)');
    const batch = await loadBatch(pool, HABITS);
    const texts = [
      ...CALLS.map((call) => `SELECT (${call})::text AS guest, 1::bigint AS orders FROM moment`),
      ...RELATIONS.map((name) => `SELECT it::text AS guest, 1::bigint AS orders FROM ${name} AS it`),
      `SELECT set_config('role', '${owner}', false) AS guest, 1::bigint AS orders`,
      `SELECT set_config('session_authorization', '${owner}', false) AS guest, 1::bigint AS orders`,
      `SELECT pg_terminate_backend(pid)::text AS guest, 1::bigint AS orders FROM pg_stat_activity WHERE usename = '${owner}'`,
      ...TEXTS,
    ];
    const before = await fingerprint(pool);
    for (const sql of texts) {
      await expect(undone(pool, withSql(batch, sql)), sql).rejects.toMatchObject(REFUSED);
      const checked = await outcome(check(pool, withSql(batch, sql)));
      if (checked !== 'done') expect(checked, sql).toMatchObject(REFUSED);
    }
    expect(await fingerprint(pool)).toEqual(before);
    for (const name of RELATIONS) {
      const undeclared = withSql(batch, `SELECT it::text AS guest, 1::bigint AS orders FROM ${name} AS it`);
      await expect(check(pool, undeclared), `apply: ${name}`).rejects.toMatchObject({
        ...REFUSED,
        message: expect.stringMatching(
          /may read the events of its source and the reference tables/,
        ) as string,
      });
    }
  });
});

test('no setting, lock or session of a query is left when it has ended', async () => {
  await withCafe(async ({ pool, role }) => {
    const batch = await loadBatch(pool, HABITS);
    const marks = `SELECT concat(set_config('asof.mark', 'left', false), set_config('TimeZone', 'Asia/Tokyo', false),
      set_config('search_path', 'nowhere', false), pg_advisory_lock(4711), pg_notify('asof', 'mark'), setseed(0.5)) AS guest,
      1::bigint AS orders FROM moment`;
    expect(await commitBatch(pool, withSql(batch, marks), AT)).toMatchObject({ rows: 1 });
    const look = `SELECT coalesce(current_setting('asof.mark', true), '') || current_setting('TimeZone') ||
      (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711) AS guest, 1::bigint AS orders FROM moment`;
    await commitBatch(pool, withSql(batch, look), AT);
    expect((await pool.query<object>(`SELECT guest FROM features.${HABITS}`)).rows).toEqual([
      { guest: 'UTC0' },
    ]);
    for (let connection = 0; connection < 3; connection += 1) {
      const { rows } = await pool.query<object>(
        "SELECT current_setting('asof.mark', true) AS mark, current_setting('TimeZone') AS zone",
      );
      expect(rows).toEqual([{ mark: null, zone: 'UTC' }]);
    }
    await expectNoSession(pool, role);
  });
});

test('a query ends with its time, whatever it sets, and so does one whose caller is gone', async () => {
  await withCafe(async ({ pool, role, settings }) => {
    const batch = await loadBatch(pool, HABITS);
    const hurried = await connect(settings.databaseUrl, { queries: { longest: 1_000 } });
    const deaf = `SELECT concat(set_config('statement_timeout', '0', false), set_config('client_connection_check_interval', '0', false),
      pg_sleep(1000)) AS guest, 1::bigint AS orders FROM moment`;
    const started = performance.now();
    await expect(commitBatch(hurried, withSql(batch, deaf), AT)).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringMatching(
        /it took 1 s, the most that a query may take \(ASOF_QUERY_TIMEOUT\)/,
      ) as string,
    });
    expect(performance.now() - started).toBeLessThan(60_000);
    await hurried.end();
    await expectNoSession(pool, role);

    const given = new Error('the caller gives up');
    const endless = inTransaction(pool, (client) =>
      inQuerySession(pool, client, (session) => {
        session.query(deaf).catch(() => {});
        return Promise.reject(given);
      }),
    );
    await expect(endless).rejects.toBe(given);
    await expectNoSession(pool, role);
  });
});

test('of all functions that the role may call, none leaves anything in the store', async () => {
  await withCafe(async ({ pool }) => {
    const { rows } = await inTransaction(pool, (client) =>
      inQuerySession(pool, client, (session) => session.query<{ call: string }>(CALLABLE)),
    );
    expect(rows.length).toBeGreaterThan(100);
    const before = await fingerprint(pool);
    for (const { call } of rows) {
      await inTransaction(pool, (client) =>
        inQuerySession(pool, client, async (session) => {
          await session.query("SET LOCAL statement_timeout = '500ms'");
          await session.query(call);
        }),
      ).catch(() => {});
    }
    expect(await fingerprint(pool)).toEqual(before);
  });
});

test('whatever text a definition has as its sql, it gives rows or is refused, and nothing else changes', async () => {
  const piece = fc.oneof(
    fc.constantFrom(...TEXTS, ...CALLS, ...RELATIONS),
    fc.constantFrom(
      "'",
      '"',
      '$$',
      '$x$',
      '--',
      '/*',
      '*/',
      ';',
      ')',
      '(',
      '\n',
      ' ',
      ',',
      '\\',
      "E'\\'",
      'U&"',
    ),
    fc.constantFrom(
      'SELECT',
      'FROM entities',
      'UNION ALL',
      'AS query',
      ') AS result',
      'TO STDOUT',
      'OFFSET',
      'WITH x AS',
    ),
    fc.constantFrom(
      "set_config('role', 'none', false)",
      'RESET ROLE',
      'COMMIT',
      'BEGIN READ WRITE',
      'ROLLBACK',
    ),
    fc.string({ unit: 'binary', maxLength: 4 }).filter((text) => !text.includes('\0')),
  );
  const text = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(' ')),
    fc
      .tuple(fc.constantFrom(...CALLS), fc.array(piece, { maxLength: 4 }))
      .map(
        ([call, rest]) =>
          `SELECT guest, length((${call})::text)::bigint AS orders FROM entities ${rest.join(' ')}`,
      ),
  );
  await withCafe(async ({ pool }) => {
    const batch = await loadBatch(pool, HABITS);
    const before = await fingerprint(pool);
    await fc.assert(
      fc.asyncProperty(text, async (sql) => {
        for (const result of [
          await outcome(check(pool, withSql(batch, sql))),
          await outcome(undone(pool, withSql(batch, sql))),
        ])
          if (result !== 'done') expect(result, sql).toMatchObject({ code: 'ASOF_BATCH_QUERY_INVALID' });
        expect(await fingerprint(pool)).toEqual(before);
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
  });
});

/**
 * A call of each function that a SELECT may call, that the role may call, and that may do more than compute, with
 * arguments that name what is there.
 */
const CALLABLE = String.raw`
  SELECT format('SELECT %I.%I(%s)', nspname, proname, (
    SELECT string_agg(CASE
        WHEN type IN ('text', 'name', 'cstring', 'character varying', 'regclass') THEN format('%L::%s', 'events.cafe_orders', type)
        WHEN type = 'oid' THEN '''events.cafe_orders''::regclass::oid'
        WHEN type IN ('smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric') THEN format('1::%s', type)
        WHEN type IN ('"any"', 'anyelement', 'anynonarray', 'anycompatible') THEN '1::integer'
        WHEN type IN ('anyarray', 'anycompatiblearray') THEN '''{1}''::integer[]'
        WHEN type = 'boolean' THEN 'true'
        WHEN type = 'interval' THEN '''1 day''::interval'
        WHEN type LIKE 'timestamp%' THEN format('now()::%s', type)
        WHEN type = 'bytea' THEN '''\x00''::bytea'
        WHEN type = 'pg_lsn' THEN '''0/0''::pg_lsn'
        WHEN type IN ('json', 'jsonb') THEN format('''{}''::%s', type)
        WHEN type LIKE '%[]' THEN format('''{}''::%s', type)
        ELSE format('NULL::%s', type) END, ', ' ORDER BY place)
    FROM unnest(proargtypes) WITH ORDINALITY AS argument (oid, place), format_type(argument.oid, NULL) AS type)) AS call
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  WHERE prokind = 'f' AND provolatile = 'v' AND proname NOT LIKE 'pg\_sleep%'
    AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
    AND NOT 'internal'::regtype = ANY(proargtypes)
    AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
  ORDER BY 1`;

interface Cafe extends TestDeployment {
  /** The role of the deployment. */
  readonly owner: string;
  /** The role of its batch queries. */
  readonly role: string;
}

/** Runs a test on a deployment whose role is no superuser, with three guests and a batch table that counts them. */
async function withCafe(work: (cafe: Cafe) => Promise<void>): Promise<void> {
  await withOwnedDatabase('CREATEROLE', ({ name, url }) =>
    withDeploymentIn(url, async (deployment) => {
      const { asof, pool } = deployment;
      await asof.apply(cafe());
      await pool.query(`
        INSERT INTO events.cafe_orders (guest, at, kafka_partition, kafka_offset, kafka_ts, write_id)
        SELECT 'guest ' || n, '2026-03-01T12:00:00Z', 0, n, now(), 1 FROM generate_series(1, 3) AS n`);
      await pool.query(
        'INSERT INTO asof.stream_cursors (source, kafka_partition, first_offset, next_offset) VALUES ($1, 0, 0, 4)',
        [ORDERS],
      );
      await work({ ...deployment, owner: name, role: `${name}_query` });
    }),
  );
}

function withSql(batch: Batch, sql: string): Batch<QueriedBatchTable> {
  return { ...batch, table: { ...batch.table, sql } };
}

/** Checks a query as apply does. */
function check(pool: Pool, batch: Batch<QueriedBatchTable>): Promise<void> {
  return inTransaction(pool, (client) => checkBatchQuery(client, batch));
}

/** Runs a query as a run does, and keeps nothing of its rows. */
async function undone(pool: Pool, batch: Batch<QueriedBatchTable>): Promise<void> {
  const nothing = new Error('nothing is kept');
  const run = inTransaction(pool, async (client) => {
    await computeRows({ pool, client }, batch.table, batchQuery(batch, AT, new Map([[0, 4n]])), 'it fails');
    throw nothing;
  });
  await run.catch((error: unknown) => {
    if (error !== nothing) throw error;
  });
}

async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error;
  }
}

/** Waits until the server has ended all sessions of the role. */
async function expectNoSession(pool: Pool, role: string): Promise<void> {
  await eventually(`the end of the sessions of ${role}`, async () => {
    const { rowCount } = await pool.query('SELECT FROM pg_stat_activity WHERE usename = $1', [role]);
    return rowCount === 0;
  });
}
