import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bulkInsert } from '../../../../db/sql/bulk-insert.ts';
import type { Pool } from '../../../../db/sql/client.ts';
import { ident } from '../../../../db/sql/identifier.ts';
import { toTimestamptz } from '../../../../db/sql/timestamp.ts';
import { type TableStory, lookUpAs } from '../../../oracle/training/ways.ts';
import type { Value } from '../../../oracle/training-set.ts';
import { moments, randomStories, versionsOf } from '../../../property/support/random-story.ts';
import { withProject } from '../../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { DAILY_RULES, HEADING, type SpineLine, WINDOW_RULES, spineText } from './random-set.ts';
import { FEATURES, build, prepare } from './random-tables.ts';

const WAYS = ['latest', 'as-known', 'as-served'] as const;
const RUNS = Number(process.env.ASOF_BUILD_RUNS ?? 4);

const users = fc.constantFrom('u_1', 'u_2');
const shops = fc.constantFrom('a', 'b,c');
const values: fc.Arbitrary<readonly Value[]> = fc.tuple<Value[]>(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.constantFrom(0.5, null),
  fc.constantFrom('', 'x'),
  fc.constantFrom(1, 2),
  fc.option(fc.boolean()),
);
const cases = fc.record({
  windows: randomStories(
    users.map((user) => [user]),
    values,
  ),
  daily: randomStories(fc.tuple(users, shops), values),
  spine: fc.array(
    fc.record({
      user: users,
      shop: shops,
      moment: fc.tuple(moments, fc.constantFrom(-1n, 0n, 1n)).map(([moment, micro]) => moment + micro),
      label: fc.constantFrom(0, 1),
      split: fc.constant('train'),
      note: fc.constant(''),
    }),
    { minLength: 5, maxLength: 40, size: 'max' },
  ),
});

test('in each way, a built set is what a naive look-up finds in what that way has seen', async () => {
  await withProject({}, ({ pool, source }) =>
    withFolder(async (folder) => {
      await prepare(pool, source);
      for (const table of ['windows', 'daily'])
        await pool.query(
          `CREATE TABLE history.${table} (LIKE features.${table}); ALTER TABLE history.${table} ADD superseded_by bigint`,
        );
      for (const { windows, daily, spine } of fc.sample(cases, { seed: 2026, numRuns: RUNS })) {
        await pool.query('TRUNCATE asof.writes, asof.online_syncs');
        await store(pool, 'windows', ['client_id'], inOneOrder(windows, 0n));
        await store(pool, 'daily', ['user_id', 'store'], inOneOrder(daily, 1n));
        await writeFile(join(folder, 'spine.csv'), spineText(spine));
        for (const way of WAYS) {
          const files = { spine: join(folder, 'spine.csv'), out: join(folder, `${way}.parquet`) };
          await build(pool, folder, { ...files, as: way });
          const { rows } = await readParquetFile(files.out);
          const looked = rows.map((row) => row.slice(HEADING.length));
          expect(looked).toEqual(spine.map((line) => expectedRow(way, { windows, daily }, line)));
        }
      }
    }),
  );
});

function expectedRow(
  way: (typeof WAYS)[number],
  { windows, daily }: { readonly windows: TableStory; readonly daily: TableStory },
  { user, shop, moment }: SpineLine,
): Value[] {
  const found = [
    lookUpAs(way, windows, WINDOW_RULES, { key: [user], moment }),
    lookUpAs(way, daily, DAILY_RULES, { key: [user, shop], moment }),
  ];
  return found.flatMap((one) =>
    one.values.map((value, at) => (at === 0 && value !== null ? BigInt(value) : value)),
  );
}

/** The story with sequences that another table does not have. */
function inOneOrder({ changes, syncs }: TableStory, own: bigint): TableStory {
  const placed = <One extends { readonly sequence: bigint }>(one: One): One => ({
    ...one,
    sequence: one.sequence * 2n + own,
  });
  return { changes: changes.map(placed), syncs: syncs.map(placed) };
}

/** Writes what the story has left: rows, superseded versions, writes and syncs. A write has its sequence times ten as its id. */
async function store(pool: Pool, table: string, keys: readonly string[], story: TableStory): Promise<void> {
  await pool.query(`TRUNCATE features.${table}, history.${table}`);
  const versions = versionsOf(story);
  const columns = (some: typeof versions) => [
    ...keys.map((name, at) => ({ name, type: 'text', values: some.map(({ key }) => key[at]) })),
    { name: 'feature_ts', type: 'timestamptz', values: some.map((one) => toTimestamptz(one.feature_ts)) },
    ...FEATURES.map(([name, type], at) => ({
      name,
      type,
      values: some.map((one) => (one.values![at] === null ? null : String(one.values![at]))),
    })),
    { name: 'write_id', type: 'bigint', values: some.map(({ sequence }) => String(sequence * 10n)) },
  ];
  const current = versions.filter(({ superseded }) => superseded === null);
  const old = versions.filter(({ superseded }) => superseded !== null);
  await pool.query(bulkInsert(ident('features', table), columns(current)));
  await pool.query(
    bulkInsert(ident('history', table), [
      ...columns(old),
      { name: 'superseded_by', type: 'bigint', values: old.map((one) => String(one.superseded! * 10n)) },
    ]),
  );
  // Streams only ever replace rows.
  const removing = new Set(
    story.changes.filter(({ values }) => values === null).map(({ sequence }) => sequence),
  );
  for (const change of new Map(story.changes.map((one) => [one.sequence, one])).values())
    await pool.query(
      `INSERT INTO asof.writes (write_id, sequence, known_at, kind, subject, is_history, earliest_record)
       VALUES ($1, $2, $3, $7, $4, $5, $6)`,
      [
        change.sequence * 10n,
        change.sequence,
        toTimestamptz(change.knownAt),
        table,
        change.isHistory,
        change.earliestRecord === null ? null : toTimestamptz(change.earliestRecord),
        removing.has(change.sequence) ? 'batch' : 'stream',
      ],
    );
  for (const [at, { sequence, publishedAt }] of story.syncs.entries())
    await pool.query(
      `INSERT INTO asof.online_syncs (feature_table, sync, sync_id, sequence, whole, keys, rows, published_at)
       VALUES ($1, $2, gen_random_uuid(), $3, false, 0, 0, $4)`,
      [table, at + 1, sequence, toTimestamptz(publishedAt)],
    );
}
