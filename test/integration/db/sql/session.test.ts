import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitBatch } from '../../../../db/batch/commit-batch.ts';
import { loadBatch } from '../../../../db/batch/load-batch.ts';
import { type Pool, connect } from '../../../../db/sql/client.ts';
import type { BatchTableDefinition, TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import { parseInstant } from '../../../../domain/time/instant.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';
import { withFolder } from '../../../support/projects/training-set.ts';
import { openPgBouncer } from '../../../support/servers/pgbouncer.ts';
import { build } from '../../training/training-set/random-tables.ts';

const RUNS = Number(process.env.ASOF_PROPERTY_RUNS ?? 15);
const AT = parseInstant('2025-11-20T00:00:00Z')!;

/** Values other than those of a fresh server, of every setting that could change a result. */
const HOSTILE: Readonly<Record<string, readonly string[]>> = {
  TimeZone: ['Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati'],
  DateStyle: ['SQL,DMY', 'German', 'Postgres,MDY'],
  IntervalStyle: ['iso_8601', 'sql_standard', 'postgres_verbose'],
  extra_float_digits: ['-15', '0', '-3'],
  bytea_output: ['escape'],
  client_encoding: ['LATIN1', 'SQL_ASCII'],
  standard_conforming_strings: ['off'],
  array_nulls: ['off'],
  transform_null_equals: ['on'],
  quote_all_identifiers: ['on'],
  default_transaction_isolation: ['serializable', 'read uncommitted'],
  default_text_search_config: ['pg_catalog.german'],
  search_path: ['features', 'nowhere'],
  statement_timeout: ['2000'],
  synchronize_seqscans: ['on'],
  row_security: ['on'],
};

type Settings = Readonly<Record<string, string | undefined>>;
interface Places {
  readonly url: Settings;
  readonly role: Settings;
  readonly database: Settings;
}

const settings: fc.Arbitrary<Settings> = fc.record(
  Object.fromEntries(Object.entries(HOSTILE).map(([name, values]) => [name, fc.constantFrom(...values)])),
  { requiredKeys: [] },
);
const places: fc.Arbitrary<Places> = fc.record({ url: settings, role: settings, database: settings });

test('whatever the URL, the role and the database say, the features and the hash of a training set are the same', async () => {
  await withProject({}, (project) =>
    withFolder(async (folder) => {
      await prepare(project);
      const spine = join(folder, 'spine.csv');
      await writeFile(spine, 'user_id,at,label\na,2025-11-20T12:00:00Z,1\nß,2025-11-21T00:00:00Z,0\n');
      const outcome = async (pool: Pool) => {
        const counts = await commitBatch(pool, await loadBatch(pool, TABLE.name), AT);
        const out = join(folder, 'out.parquet');
        const { sha256 } = await build(pool, folder, { trainingSet: SET.name, spine, out });
        const { rows } = await pool.query<object>(`SELECT * FROM features.${TABLE.name} ORDER BY user_id`);
        return { sha256, rows: rows.map((row) => ({ ...row, write_id: null })), count: counts.rows };
      };
      const expected = await outcome(project.pool);
      expect(expected.rows).toMatchObject([
        { user_id: 'a', recent: '1', day: '2025-10-20', third: 0.1 + 0.2, month: '2025-10-01 00:00:00+00' },
        { user_id: 'ß', recent: '1' },
      ]);
      await fc.assert(
        fc.asyncProperty(places, async (said) => {
          const pool = await connectThrough(project, said);
          try {
            expect(await outcome(pool)).toEqual(expected);
          } finally {
            await pool.end();
          }
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    }),
  );
});

test('a pool of PgBouncer in session mode is as good as Postgres, one in transaction mode is refused by name', async () => {
  await withProject({}, async ({ settings: { databaseUrl } }) => {
    for (const [mode, roundRobin] of [
      ['transaction', false],
      ['transaction', true],
      ['statement', false],
    ] as const) {
      const pooler = await openPgBouncer(databaseUrl, { mode, roundRobin });
      const refused = connect(pooler.url).then((pool) => pool.end());
      await expect(refused, `${mode} ${roundRobin}`).rejects.toMatchObject({
        code: 'ASOF_DATABASE_POOLER_UNFIT',
        kind: 'input',
        message: expect.stringMatching(/pool_mode = session/) as string,
      });
      await pooler.close();
    }
    const pooler = await openPgBouncer(databaseUrl, { mode: 'session', roundRobin: false });
    const pool = await connect(pooler.url);
    await pool.query('SELECT pg_sleep(2)');
    expect((await pool.query<{ TimeZone: string }>('SHOW TimeZone')).rows).toEqual([{ TimeZone: 'UTC' }]);
    await pool.end();
    await pooler.close();
  });
});

test('a pooler that is for batch queries alone is refused by the name of its setting', async () => {
  await withProject({}, async ({ settings: { databaseUrl } }) => {
    for (const mode of ['session', 'transaction'] as const) {
      const pooler = await openPgBouncer(databaseUrl, { mode, roundRobin: false });
      const pool = await connect(databaseUrl, { queries: { url: pooler.url } });
      const opened = pool.openApart(pooler.url).then((session) => session.end());
      if (mode === 'session') await opened;
      else
        await expect(opened).rejects.toMatchObject({
          code: 'ASOF_DATABASE_POOLER_UNFIT',
          details: { variable: 'ASOF_QUERY_DATABASE_URL' },
        });
      await pool.end();
      await pooler.close();
    }
  });
});

const TABLE: BatchTableDefinition = {
  kind: 'batch_table',
  name: 'moody',
  source: '',
  references: [],
  primaryKeys: ['user_id'],
  schedule: '0 0 * * *',
  availableAfter: '0 seconds',
  features: [
    { name: 'recent', type: 'bigint' },
    { name: 'third', type: 'double' },
    { name: 'day', type: 'string' },
    { name: 'month', type: 'string' },
    { name: 'span', type: 'string' },
    { name: 'digits', type: 'string' },
    { name: 'bytes', type: 'string' },
    { name: 'stem', type: 'string' },
    { name: 'ambiguous', type: 'string' },
    { name: 'nothing', type: 'bigint' },
  ],
  sql: String.raw`
    SELECT user_id, count(*) FILTER (WHERE event_ts >= at - interval '30 days') AS recent,
           sum(revenue) AS third, min(event_ts)::date::text AS day, date_trunc('month', max(event_ts))::text AS month,
           (max(event_ts) - min(event_ts))::text AS span, sum(revenue)::text AS digits,
           convert_to(min(platform) || '\n', 'UTF8')::text AS bytes, to_tsvector('running shoes')::text AS stem,
           '03/02/2026'::date::text AS ambiguous,
           count(*) FILTER (WHERE session_id = NULL) + cardinality('{NULL}'::text[]) + length('\n') AS nothing
    FROM events, moment GROUP BY user_id, at`,
};

const SET: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'moods',
  spine: { keys: ['user_id'], timestamp: 'at', label: 'label', split: null },
  lookups: [
    {
      table: TABLE.name,
      lookupKeys: ['user_id'],
      lookback: null,
      features: TABLE.features.map(({ name }) => ({ feature: name, as: name, default: null })),
    },
  ],
};

/** Two users, with an event on each side of what "30 days before" is in other zones. */
async function prepare(project: Project): Promise<void> {
  const { asof, source } = project;
  await asof.apply([...(await asof.definitions()), { ...TABLE, source }, SET]);
  await createProjectCursors(project, 1);
  const event = (user_id: string, event_ts: string, revenue: number) => ({
    user_id,
    event_ts,
    revenue,
    event_type: 'purchase',
    platform: 'wëb',
    session_id: null,
  });
  await commitEvents(project, 0, 0, [
    event('a', '2025-10-20T23:30:00Z', 0.1),
    event('a', '2025-10-21T00:00:00Z', 0.2),
    event('ß', '2025-10-21T00:30:00.123456Z', 1 / 3),
  ]);
}

/** A pool on which the role, the database and the options of the URL set what they like. */
async function connectThrough(project: Project, { url, role, database }: Places): Promise<Pool> {
  const { pool, settings: servers } = project;
  const address = new URL(servers.databaseUrl);
  const name = address.pathname.slice(1);
  const set = (said: Settings) =>
    entries(said).map(
      ([setting, value]) => `SET ${setting} TO ${value.includes(',') ? value : `'${value}'`}`,
    );
  await pool.query(`ALTER DATABASE ${name} RESET ALL`);
  await pool.query(`ALTER ROLE ${address.username} IN DATABASE ${name} RESET ALL`);
  for (const clause of set(database)) await pool.query(`ALTER DATABASE ${name} ${clause}`);
  for (const clause of set(role))
    await pool.query(`ALTER ROLE ${address.username} IN DATABASE ${name} ${clause}`);
  const options = entries(url).map(([setting, value]) => `-c ${setting}=${value.replaceAll(' ', '\\ ')}`);
  if (options.length > 0) address.searchParams.set('options', options.join(' '));
  return connect(address.href, { max: 2 });
}

function entries(given: Settings): (readonly [name: string, value: string])[] {
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}
