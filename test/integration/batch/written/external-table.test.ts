import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { endpoint, externalTable, lookup, onlineTable, trainingSet } from 'asof';
import { OnlineKeys } from '../../../../adapters/redis/keys.ts';
import { RedisOnlineReader } from '../../../../adapters/redis/online-reader.ts';
import { readEndpoints } from '../../../../db/online/endpoints.ts';
import { recordModel } from '../../../../db/training/models.ts';
import { Namespace } from '../../../../domain/namespace.ts';
import type { FeatureOutputs } from '../../../../schemas/serving/invocation.ts';
import { EndpointCatalogue } from '../../../../serving/catalogue/endpoint-catalogue.ts';
import { build } from '../../../../serving/routes/app.ts';
import { type TestDeployment, besideWorker, withDeployment } from '../../../support/projects/deployment.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';

const scores = externalTable({
  name: 'customer_scores',
  primaryKeys: ['customer'],
  timestamp: 'scored_at',
  availableAfter: '1 hour',
  features: { score: 'double', orders: 'bigint', segment: 'string' },
  retention: { history: '0 days' },
});
const regulars = trainingSet({
  name: 'regulars',
  spine: { keys: ['customer'], timestamp: 'at', label: 'stayed' },
  lookups: [lookup(scores)],
});
const definitions = [
  scores,
  regulars,
  onlineTable({ table: scores }),
  endpoint({ name: 'scores', lookups: [lookup(scores)] }),
];

/** A warehouse's table: ids that are numbers, times without an offset, a value that is missing. */
const warehouse = `
  SELECT * FROM (VALUES
    (9007199254740993::BIGINT, TIMESTAMP '2020-06-01 09:00:00.000001', 0.1::DOUBLE, 3::INTEGER, 'new'),
    (518237,                   TIMESTAMP '2020-06-01 09:00:00',        1e-7,        NULL,       'a,"b"'),
    (7,                        TIMESTAMP '1969-12-31 23:59:59.999999', -2.5,        0,          NULL)
  ) AS rows (customer, scored_at, score, orders, segment)`;

test('CSV, NDJSON, Parquet and rows of a program give equal rows, and an equal row makes no version', async () => {
  await withDeployment(async ({ asof, pool }) => {
    await asof.apply(definitions);
    await withFolder(async (folder) => {
      const files = await exported(folder);
      const stored = async () =>
        (await pool.query<object>('SELECT * FROM features.customer_scores ORDER BY customer')).rows;
      const notes: string[] = [];
      const onNote = (note: string): void => void notes.push(note);
      const first = await asof.writeTable('customer_scores', files.csv, { onNote });
      expect(first).toEqual({ table: 'customer_scores', rows: 3, changed: 3 });
      expect(notes).toEqual([expect.stringMatching(/column 1 has no name of its own.*left out/)]);
      const rows = await stored();
      expect(rows).toMatchObject([
        { customer: '518237', score: 1e-7, orders: null, segment: 'a,"b"' },
        { customer: '7', score: -2.5, orders: '0', segment: null },
        { customer: '9007199254740993', score: 0.1, orders: '3', segment: 'new' },
      ]);
      for (const again of [files.parquet, files.ndjson, files.csv]) {
        const { changed } = await asof.writeTable('customer_scores', again, { onNote });
        expect({ again, changed }).toEqual({ again, changed: 0 });
      }
      const program = [{ customer: 7n, scored_at: new Date(-1), score: -2.5, orders: 0, segment: 'x' }];
      expect(await asof.writeTable('customer_scores', program)).toMatchObject({ rows: 1, changed: 1 });
      expect(await asof.writeTable('customer_scores', drip(program))).toMatchObject({ rows: 1, changed: 0 });
      expect(await asof.table('customer_scores').countRows()).toBe(4);
      expect((await stored()).filter((row) => !('segment' in row && row.segment === 'x'))).toEqual(rows);
      await expectRefused({ asof, folder });
    });
  });
});

test('a table that somebody else computes is looked up, published, served, traced, retained and reset', async () => {
  await withDeployment((deployment) =>
    withFolder(async (folder) => {
      const { asof, pool, settings } = deployment;
      await asof.apply(definitions);
      expect(await asof.apply(definitions)).toEqual({ applied: [] });
      await write(deployment, '2020-06-01T09:00:00Z', { a: 0.1, b: 0.2 });
      await write(deployment, '2020-06-01T09:00:00Z', { a: 0.15 });
      await write(deployment, '2020-06-02T09:00:00Z', { a: 0.3 });
      await besideWorker(settings, async () => {
        const spine = join(folder, 'spine.csv');
        const out = join(folder, 'set.parquet');
        await writeFile(
          spine,
          'customer,at,stayed\n' +
            'a,2020-06-01T09:59:59.999999Z,1\na,2020-06-01T10:00:00Z,1\na,2020-06-02T10:00:00Z,0\nb,2020-06-02T10:00:00Z,0\n',
        );
        const set = await asof.trainingSet('regulars').build({ spine, out });
        const { rows } = await readParquetFile(out);
        expect(rows.map((row) => row.filter((value) => typeof value === 'number'))).toEqual([
          [],
          [0.15],
          [0.3],
          [0.2],
        ]);

        const { last } = await asof.online('customer_scores').refresh();
        expect(last).toMatchObject({ published: true, keys: 2, rows: 2 });
        const served = await serve(deployment, ['a', 'b', 'nobody']);
        expect(served).toEqual([0.3, 0.2, null]);

        await recordModel(pool, { name: 'regulars', version: 1, runId: 'run', trainingSetId: set.id }, {});
        const { tables, sources, writes } = await asof.lineage.model('regulars/1');
        expect({ tables, sources }).toMatchObject({
          tables: [{ kind: 'external_table', name: 'customer_scores', version: 1 }],
          sources: [],
        });
        expect(writes).toMatchObject([
          { table: 'customer_scores', writes: 3, last: { origin: 'rows', rows: 1, changed: 1 } },
        ]);
        expect((await asof.lineage.usedBy({ table: 'customer_scores' })).models).toHaveLength(1);

        // What came after the set, and the publication, is known by neither until the next one.
        await write(deployment, '2020-06-02T09:00:00Z', { a: 0.9 });
        expect(await serve(deployment, ['a'])).toEqual([0.3]);
        const retained = await asof.retention.run();
        expect(retained.removals).toMatchObject([
          { retained: 'history', name: 'customer_scores', removed: 1, held: { rows: 1 } },
        ]);
        expect((await asof.online('customer_scores').refresh()).last).toMatchObject({ keys: 1, rows: 1 });
        expect(await serve(deployment, ['a', 'b'])).toEqual([0.9, 0.2]);
      });
      await asof.reset({ force: true });
      const { rows } = await pool.query(
        "SELECT to_regclass('features.customer_scores') AS rows, to_regclass('history.customer_scores') AS history",
      );
      expect(rows).toEqual([{ rows: null, history: null }]);
    }),
  );
});

test('writers at once lose nothing: each version of each is there, in the order of their commits', async () => {
  await withDeployment(async (deployment) => {
    const { asof, pool } = deployment;
    await asof.apply([scores]);
    const writers = Array.from({ length: 6 }, (_, writer) => writer);
    const results = await Promise.all(
      writers.map((writer) =>
        write(deployment, '2020-06-01T09:00:00Z', { shared: writer, [`own_${writer}`]: writer }),
      ),
    );
    expect(results).toEqual(writers.map(() => 2));
    const { rows } = await pool.query<{ score: number; made: string; superseded: string | null }>(`
      SELECT score, made.sequence AS made, gone.sequence AS superseded FROM (
        SELECT customer, score, write_id, NULL AS superseded_by FROM features.customer_scores
        UNION ALL SELECT customer, score, write_id, superseded_by FROM history.customer_scores) AS version
      JOIN asof.writes AS made USING (write_id) LEFT JOIN asof.writes AS gone ON gone.write_id = superseded_by
      WHERE customer = 'shared' ORDER BY made.sequence`);
    expect(rows.map(({ score }) => score).sort()).toEqual(writers);
    expect(rows.map(({ superseded }) => superseded)).toEqual([
      ...rows.slice(1).map(({ made }) => made),
      null,
    ]);
    expect(await asof.table('customer_scores').countRows()).toBe(7);
  });
});

test('a history of 75 years is written, and changed, at once; a longer one is refused with what to do', async () => {
  await withDeployment(async ({ asof }) => {
    await asof.apply([scores]);
    const rows = (count: number, score: number) =>
      Array.from({ length: count }, (_, index) => ({
        customer: 'a',
        scored_at: new Date(Date.UTC(1945, 0, 1 + index * 91)),
        score,
      }));
    const write = (count: number, score: number) => asof.writeTable('customer_scores', rows(count, score));
    expect(await write(300, 1)).toMatchObject({ changed: 300 });
    expect(await write(300, 2)).toMatchObject({ changed: 300 });
    await expect(write(301, 3)).rejects.toMatchObject({
      code: 'ASOF_ROWS_INVALID',
      message: expect.stringMatching(/in 301 spans of 91 days; expected at most 300 at once/) as string,
    });
  });
});

/** The warehouse's table in a file of each format; the CSV as pandas writes it, with its index. */
async function exported(folder: string) {
  const connection = await (await DuckDBInstance.create()).connect();
  const [csv, parquet, ndjson] = ['csv', 'parquet', 'ndjson'].map((ending) => join(folder, `rows.${ending}`));
  await connection.run(`COPY (${warehouse}) TO '${parquet}' (FORMAT parquet)`);
  await connection.run(`COPY (${warehouse}) TO '${ndjson}' (FORMAT json)`);
  await connection.run(
    `COPY (SELECT row_number() OVER () - 1 AS i, * FROM (${warehouse})) TO '${csv}' (FORMAT csv, HEADER)`,
  );
  connection.closeSync();
  await writeFile(csv!, (await readFile(csv!, 'utf8')).replace(/^i,/, ','));
  return { csv: csv!, parquet: parquet!, ndjson: ndjson! };
}

async function* drip<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) yield await Promise.resolve(row);
}

/** Expects files with a fault to be refused as a whole, by what is wrong where. */
async function expectRefused({ asof, folder }: Pick<TestDeployment, 'asof'> & { folder: string }) {
  const heading = 'customer,scored_at,score,orders,segment\n';
  const faults: [file: string, text: string, expected: RegExp][] = [
    ['a.csv', 'customer;scored_at;score\n', /there is no column 'orders'; there is no column 'segment'/],
    [
      'b.csv',
      `${heading}z,2020-01-01,1,2,x\nz,2020-01-01,many,2,x\n`,
      /line 3: field score should be a number, got "many"/,
    ],
    ['c.csv', `${heading}z,2020-01-01,1,2\n`, /line 2: it has 4 fields; expected 5/],
    [
      'd.csv',
      `${heading}z,2020-01-01,1,2,x\ny,2020-01-01,1,2,x\nz,2020-01-01 00:00,1,3,x\n`,
      /line 4: has the same \(customer, scored_at\) as line 2, and other values/,
    ],
    ['e.csv', '', /the file is empty; expected a heading and rows/],
    ['f.parquet', heading, /it is not a Parquet file/],
    [
      'g.ndjson',
      '{"customer":"z","scored_at":1780304400}\n',
      /line 1: field scored_at should be an ISO 8601 time, got 1780304400/,
    ],
  ];
  const before = await asof.table('customer_scores').countRows();
  for (const [name, text, expected] of faults) {
    await writeFile(join(folder, name), text);
    await expect(asof.writeTable('customer_scores', join(folder, name)), name).rejects.toMatchObject({
      code: 'ASOF_ROWS_INVALID',
      message: expect.stringMatching(expected) as string,
    });
  }
  const missing = asof.writeTable('customer_scores', join(folder, 'missing.parquet'));
  await expect(missing).rejects.toMatchObject({ code: 'ASOF_FILE_UNREADABLE' });
  expect(await asof.table('customer_scores').countRows()).toBe(before);
}

/** Writes the scores of some customers at a moment. */
async function write({ asof }: TestDeployment, scored_at: string, of: Readonly<Record<string, number>>) {
  const rows = Object.entries(of).map(([customer, score]) => ({ customer, scored_at, score }));
  return (await asof.writeTable('customer_scores', rows)).changed;
}

/** What the endpoint answers now for some customers: their scores. */
async function serve({ pool, redis, namespace }: TestDeployment, customers: readonly string[]) {
  const endpoints = new EndpointCatalogue(
    { readEndpoints: () => readEndpoints(pool), loadModel: () => Promise.reject(new Error('no model')) },
    { maxAgeMs: 60_000, unknownMaxAgeMs: 0, onError: () => {} },
  );
  const online = new RedisOnlineReader(redis, new OnlineKeys(new Namespace(namespace)));
  const clock = () => BigInt(Date.now()) * 1_000n;
  const app = build({ endpoints, online, clock, logger: pino({ level: 'silent' }) });
  const response = await app.inject({
    method: 'POST',
    url: '/serving-endpoints/scores/invocations',
    payload: { dataframe_records: customers.map((customer) => ({ customer })) },
  });
  await app.close();
  expect(response.statusCode, response.body).toBe(200);
  return response.json<FeatureOutputs>().outputs.map(({ score }) => score);
}
