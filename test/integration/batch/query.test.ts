import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitBatch } from '../../../db/batch/commit-batch.ts';
import { loadBatch } from '../../../db/batch/load-batch.ts';
import type { BatchTableDefinition } from '../../../domain/registry/definition.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { queriedTransactions } from '../../support/definitions/queried-tables.ts';
import { applyAlso, readEvents, withBatchProject, write } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import type { Project } from '../../support/projects/project.ts';

const AT = parseInstant('2026-03-01T00:00:00Z')!;

test("apply refuses a query that Postgres refuses or whose columns differ from the table's", async () => {
  await withBatchProject({}, async (project) => {
    const refuses = (sql: string, message: RegExp) =>
      expect(applyAlso(project, [small('small', sql)]), sql).rejects.toMatchObject({
        code: 'ASOF_BATCH_QUERY_INVALID',
        kind: 'input',
        message: expect.stringMatching(message) as string,
      });
    await refuses(
      'SELECT user_id, 1::bigint AS n FROM entity',
      /'small': its query cannot be used: relation "entity" does not exist/,
    );
    await refuses('SELECT user_id, count(*) AS n FROM events', /must appear in the GROUP BY clause/);
    await refuses('SELECT user_id, 1::bigint AS n FROM entities;', /syntax error at or near ";"/);
    await refuses(
      'SELECT user_id, 1::bigint AS n FROM entities JOIN users USING (user_id)',
      /relation "users" does not exist/,
    );
    await refuses('DELETE FROM events RETURNING user_id, 1::bigint AS n', /syntax error/);
    await refuses(
      'SELECT user_id AS u, 1 AS n, 2 AS n FROM entities',
      /'user_id' is missing; 'n' is integer, expected bigint: cast it; 'u' is neither .*; 'n' comes twice/,
    );
    expect((await project.pool.query("SELECT to_regclass('features.small') AS made")).rows).toEqual([
      { made: null },
    ]);
  });
});

test('a query may read the index of an event in its record, whether records hold lists now or not', async () => {
  await withBatchProject({}, async (project) => {
    const { pool, source } = project;
    const last = 'SELECT user_id, max(kafka_index)::bigint AS n FROM events GROUP BY user_id';
    await applyAlso(project, [small('places', last)]);
    await project.withWorkers(1, async () => {
      const event = { user_id: 'a', event_ts: '2026-02-20T10:00:00Z' };
      await produce(project.kafka, source, [{ value: JSON.stringify(event) }]);
      await readEvents(project);
    });
    await commitBatch(pool, await loadBatch(pool, 'places'), AT);
    const { rows } = await pool.query('SELECT user_id, n::int FROM features.places');
    expect(rows).toEqual([{ user_id: 'a', n: 0 }]);
  });
});

test('a time of which retention has removed events is refused, and its rows stay as they are', async () => {
  await withBatchProject({}, async (project) => {
    const { pool, source } = project;
    const count = 'SELECT user_id, count(*) AS n FROM events GROUP BY user_id';
    await applyAlso(project, [small('ever', count), { ...small('week', count), lookBack: '7 days' }]);
    await project.withWorkers(1, async () => {
      const event = (event_ts: string) => ({ value: JSON.stringify({ user_id: 'a', event_ts }) });
      await produce(project.kafka, source, [event('2026-02-20T10:00:00Z'), event('2026-02-26T10:00:00Z')]);
      await readEvents(project);
    });
    const [ever, week] = [await loadBatch(pool, 'ever'), await loadBatch(pool, 'week')];
    const counts = async (): Promise<object[]> =>
      (
        await pool.query<object>(
          'SELECT n::int FROM features.ever UNION ALL SELECT n::int FROM features.week ORDER BY 1',
        )
      ).rows;
    await commitBatch(pool, ever, AT);
    await commitBatch(pool, week, AT);
    expect(await counts()).toEqual([{ n: 1 }, { n: 2 }]);

    const remove = (before: string) =>
      pool.query(
        `WITH floor AS (
           INSERT INTO asof.retention_floors (source, raw_from) VALUES ($1, $2)
           ON CONFLICT (source) DO UPDATE SET raw_from = excluded.raw_from RETURNING raw_from)
         DELETE FROM events."${source.replaceAll('-', '_')}" USING floor WHERE event_ts < raw_from`,
        [source, before],
      );
    const refused = { code: 'ASOF_BELOW_RETENTION', kind: 'input' };
    await remove('2026-02-22T00:00:00Z');
    await expect(commitBatch(pool, ever, AT)).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(
        /reads all events before that time.*give the table that time as its reads/,
      ) as string,
    });
    expect(await commitBatch(pool, week, AT)).toMatchObject({ rows: 1, changed: 0 });
    await remove('2026-02-27T00:00:00Z');
    await expect(commitBatch(pool, week, AT)).rejects.toMatchObject(refused);
    expect(await counts()).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

test('a query may use moment, events and entities, and may end with a comment', async () => {
  await withBatchProject({}, async (project) => {
    const { name } = small('small', '');
    await applyAlso(project, [
      small(
        name,
        `SELECT user_id, (SELECT count(*) FROM events AS other WHERE other.user_id = entities.user_id AND kafka_ts < now()) AS n
         FROM entities, moment WHERE at = '2026-03-01T00:00:00Z' -- the end`,
      ),
    ]);
    await project.withWorkers(1, async () => {
      const at = (user_id: string, event_ts: string) => ({ value: JSON.stringify({ user_id, event_ts }) });
      await produce(project.kafka, project.source, [
        at('a', '2026-02-28T23:59:59.999999Z'),
        at('b', '2026-03-01T00:00:00Z'),
        at('a', '2026-01-01T00:00:00Z'),
      ]);
      await readEvents(project);
    });
    expect(await compute(project, name)).toEqual({ rows: 1, changed: 1 });
    const { rows } = await project.pool.query(`SELECT user_id, n::int FROM features.${name}`);
    expect(rows).toEqual([{ user_id: 'a', n: 2 }]);
  });
});

test('entities of an optional key are those that events name', async () => {
  await withBatchProject({}, async (project) => {
    const platforms = {
      ...small(
        'platforms',
        'SELECT platform, count(*) AS n FROM entities JOIN events USING (platform) GROUP BY platform',
      ),
      primaryKeys: ['platform'],
    };
    await applyAlso(project, [platforms]);
    await project.withWorkers(1, async () => {
      const on = (platform: string | null) => ({
        value: JSON.stringify({ user_id: 'a', event_ts: '2026-02-28T10:00:00Z', platform }),
      });
      await produce(project.kafka, project.source, [on('web'), on(null), on(''), on('ios'), on('web')]);
      await readEvents(project);
    });
    expect(await compute(project, 'platforms')).toEqual({ rows: 2, changed: 2 });
    const { rows } = await project.pool.query('SELECT platform, n::int FROM features.platforms ORDER BY 1');
    expect(rows).toEqual([
      { platform: 'ios', n: 1 },
      { platform: 'web', n: 2 },
    ]);
  });
});

test('a row that a query no longer gives moves to the history, and a query that fails or repeats a row changes nothing', async () => {
  await withBatchProject({}, async (project) => {
    const counted = {
      ...small(
        'counted',
        `SELECT product_id AS user_id, (10 / length(category))::bigint AS n FROM products, generate_series(1, length(product_id))
        WHERE category <> 'hidden'`,
      ),
      references: ['products'],
    };
    await applyAlso(project, [counted]);
    const product = (product_id: string, category: string) =>
      write(project, 'products', [{ product_id, category, valid_from: '2026-01-01T00:00:00Z' }]);
    const read = async (relation: string) =>
      (await project.pool.query<object>(`SELECT user_id, n::int FROM ${relation}.counted ORDER BY 1`)).rows;

    await product('p', 'ab');
    await product('q', 'abc');
    expect(await compute(project, 'counted')).toEqual({ rows: 2, changed: 2 });
    await product('p', 'hidden');
    expect(await compute(project, 'counted')).toEqual({ rows: 1, changed: 1 });
    expect(await read('features')).toEqual([{ user_id: 'q', n: 3 }]);
    expect(await read('history')).toEqual([{ user_id: 'p', n: 5 }]);

    await product('p', '');
    await expect(compute(project, 'counted')).rejects.toMatchObject({
      code: 'ASOF_BATCH_QUERY_INVALID',
      message: expect.stringMatching(/fails as of 2026-03-01.*division by zero/) as string,
    });
    await product('p', 'hidden');
    await product('pp', 'abcde');
    await expect(compute(project, 'counted')).rejects.toMatchObject({
      code: 'ASOF_BATCH_QUERY_INVALID',
      message: expect.stringMatching(/second time/) as string,
    });
    expect(await read('features')).toEqual([{ user_id: 'q', n: 3 }]);
  });
});

test('a feature is stored exactly or refused with its table, feature and key, whatever number the query gives', async () => {
  const MAX = 2n ** 53n - 1n;
  const wholes = fc.oneof(
    fc.bigInt({ min: MAX - 3n, max: MAX + 3n }),
    fc.bigInt({ min: -MAX - 3n, max: -MAX + 3n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  const doubles = fc.oneof(
    fc.double(),
    fc.constantFrom(NaN, Infinity, -Infinity, Number.MAX_VALUE, 2 ** 53 + 2),
  );
  const rows = fc.array(fc.tuple(wholes, doubles), { minLength: 1, maxLength: 3 });
  await withBatchProject({}, async (project) => {
    const table = {
      ...queriedTransactions.definition,
      name: 'numbers',
      features: [
        { name: 'whole', type: 'bigint' as const },
        { name: 'ratio', type: 'double' as const },
      ],
      references: ['products'],
      sql: `SELECT product_id AS user_id, split_part(category, ' ', 1)::bigint AS whole,
                   split_part(category, ' ', 2)::double precision AS ratio FROM products`,
    };
    await applyAlso(project, [table]);
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        await project.pool.query('DELETE FROM reference.products');
        await write(
          project,
          'products',
          given.map(([whole, ratio], index) => ({
            product_id: `p_${index}`,
            category: `${whole} ${ratio}`,
            valid_from: '2026-01-01T00:00:00Z',
          })),
        );
        const isFit = ([whole, ratio]: (typeof given)[number]) =>
          whole >= -MAX && whole <= MAX && Number.isFinite(ratio);
        const outcome = await compute(project, 'numbers').catch((error: unknown) => error);
        if (!given.every(isFit)) {
          const names =
            /batch table 'numbers': feature '(whole|ratio)' is \S+ in the row of \[p_\d\] as of 2026-03-01/;
          expect(outcome).toMatchObject({
            code: 'ASOF_NUMBER_UNFIT',
            kind: 'input',
            message: expect.stringMatching(names) as string,
          });
          return;
        }
        expect(outcome).toMatchObject({ rows: given.length });
        const { rows: stored } = await project.pool.query<{ whole: string; ratio: number }>(
          'SELECT whole, ratio FROM features.numbers ORDER BY user_id',
        );
        expect(stored.map(({ whole }) => BigInt(Number(whole)))).toEqual(given.map(([whole]) => whole));
        expect(stored.map(({ ratio }) => ratio + 0)).toEqual(given.map(([, ratio]) => ratio + 0));
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});

test('a query that returns a key of more than 1 KiB commits nothing, and the error names table and key', async () => {
  await withBatchProject({}, async (project) => {
    for (const bytes of [1_025, 6_000]) {
      const name = `long_${bytes}`;
      const md5s = `(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 200) AS n)`;
      await applyAlso(project, [
        small(name, `SELECT left(${md5s}, ${bytes}) AS user_id, 1::bigint AS n FROM moment`),
      ]);
      await expect(compute(project, name)).rejects.toMatchObject({
        code: 'ASOF_BATCH_QUERY_INVALID',
        message: expect.stringMatching(
          new RegExp(`'${name}'.*(1025 bytes.*at most 1024|index row)`),
        ) as string,
      });
      const { rows } = await project.pool.query(`SELECT count(*)::int AS rows FROM features.${name}`);
      expect(rows).toEqual([{ rows: 0 }]);
    }
  });
});

function small(name: string, sql: string): BatchTableDefinition {
  return {
    ...queriedTransactions.definition,
    name,
    sql,
    features: [{ name: 'n', type: 'bigint' }],
  };
}

async function compute({ pool }: Project, name: string) {
  return commitBatch(pool, await loadBatch(pool, name), AT);
}
