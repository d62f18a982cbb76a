import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { eventSource, optional, required } from 'asof';
import { type TableFile, tableLines } from '../../../../../client/stream/import/table/table-lines.ts';
import type { EventSourceDefinition } from '../../../../../domain/registry/definition.ts';
import { userEvents } from '../../../../../examples/churn/definitions/user-events.ts';
import { collect } from './file.ts';

const { definition: nested } = eventSource({
  name: 'calls',
  entity: 'user_id',
  eventTime: 'at',
  fields: {
    user_id: required('string', { from: 'context.user.id' }),
    at: required('timestamp', { from: '@timestamp' }),
    amount: optional('decimal'),
    count: optional('integer'),
    ok: optional('boolean'),
    first_sku: optional('string', { from: 'items[0].sku' }),
    note: optional('string'),
  },
});

describe('a row of a CSV file', () => {
  test('is an event, whose members have the types of the fields that read them', async () => {
    const { events } = await csvEvents(
      'context.user.id,@timestamp,amount,count,ok,items[0].sku,note,unknown\r\n' +
        '518237,2026-06-01 09:00:00+00,12.50,9007199254740993,t,007,1.5,1\r\n' +
        '0042,2026-06-01T09:00:00Z,1e3,x,True,,"",\r\n',
    );
    expect(events).toEqual([
      '{"context":{"user":{"id":"518237"}},"@timestamp":"2026-06-01 09:00:00+00","amount":12.50,"count":9007199254740993,"ok":true,"items":[{"sku":"007"}],"note":"1.5","unknown":"1"}',
      '{"context":{"user":{"id":"0042"}},"@timestamp":"2026-06-01T09:00:00Z","amount":1e3,"count":"x","ok":true,"note":""}',
    ]);
  });

  test('may be separated by semicolons or tabs, behind a byte-order mark and an index', async () => {
    for (const [separator, index] of [
      [';', ''],
      ['\t', 'Unnamed: 0'],
    ] as const) {
      const lines = `\ufeff${index},user_id,event_ts\n0,u_1,2026-06-01T09:00:00Z\n`;
      const text = lines.replaceAll(',', separator);
      const { events, warnings } = await csvEvents(text, userEvents.definition);
      expect(events).toEqual(['{"user_id":"u_1","event_ts":"2026-06-01T09:00:00Z"}']);
      expect(warnings).toEqual(['1 column(s) without a name left out, such as the index that pandas writes']);
    }
  });

  test('of another width than the heading becomes what is no event', async () => {
    const { events } = await csvEvents('user_id,event_ts\nu_1\n', userEvents.definition);
    expect(events).toEqual(['["u_1"]']);
  });

  test('is read as the case of events has it', async () => {
    const { events } = await csvEvents(
      await readFile('test/cases/events/events.csv', 'utf8'),
      userEvents.definition,
    );
    expect(events[0]).toMatch(/^\{"user_id":"u_1",/);
  });
});

test.each([
  ['a quote that is never closed', 'user_id,event_ts\n"u_1', /as CSV: line 2: a quote is never closed/],
  ['two columns of one name', 'user_id,event_ts,user_id\n', /line 1: column 3 has the name of another/],
  [
    'two columns at one place',
    'context.user.id,context\n',
    /column 2, 'context', would stand where another column does/,
  ],
  ['nothing', '', /the file is empty/],
  ['bytes that are no text', Buffer.from([0x75, 0xff, 0x0a]), /not UTF-8/],
])('a CSV file with %s is refused, with the place', async (_, text, message) => {
  await expect(csvEvents(text)).rejects.toMatchObject({
    code: 'ASOF_IMPORT_FILE_INVALID',
    message: expect.stringMatching(message) as string,
  });
});

describe('a row of a Parquet file', () => {
  test('is an event: integers and decimals by their digits, times in microseconds, lists and structs as they are', async () => {
    const { events, warnings } = await parquetEvents(`
      SELECT 'u_1' AS "context.user.id", TIMESTAMPTZ '2026-06-01 11:00:00.123456+02' AS "@timestamp",
        123456789012345678.123::DECIMAL(30, 3) AS amount, 9007199254740993::BIGINT AS count, true AS ok,
        [1, NULL] AS list, {'x': 1, 'y': NULL} AS struct, MAP {'k': 0.1} AS map, 'ü"' AS note,
        TIMESTAMP '1969-12-31 23:59:59.999999' AS local, TIMESTAMP_NS '2026-06-01 09:00:00.123456789' AS nanos,
        DATE '2026-06-01' AS day, TIME '09:00:00' AS clock, 'NaN'::DOUBLE AS nan, -0.05::DECIMAL(5, 2) AS small,
        18446744073709551615::UBIGINT AS big, 'b'::BLOB AS bytes, uuid_nil AS id
      FROM (SELECT '00000000-0000-0000-0000-000000000000'::UUID AS uuid_nil)
      UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`);
    expect(events).toEqual([
      '{"context":{"user":{"id":"u_1"}},"@timestamp":"2026-06-01T09:00:00.123456Z","amount":123456789012345678.123,' +
        '"count":9007199254740993,"ok":true,"list":[1,null],"struct":{"x":1},"map":{"k":0.1},"note":"ü\\"",' +
        '"local":"1969-12-31T23:59:59.999999","nanos":"2026-06-01T09:00:00.123456","day":"2026-06-01","clock":"09:00:00",' +
        '"nan":NaN,"small":-0.05,"big":18446744073709551615,"id":"00000000-0000-0000-0000-000000000000"}',
      '{}',
    ]);
    expect(warnings).toEqual(["column 'bytes' left out: JSON cannot hold its type, BLOB"]);
  });

  test('has no column of the folders that the file is in', async () => {
    const { events, warnings } = await parquetEvents('SELECT 1 AS a, 0 AS __index_level_0__', 'user_id=7');
    expect(events).toEqual(['{"a":1}']);
    expect(warnings).toEqual(['1 column(s) without a name left out, such as the index that pandas writes']);
  });
});

test('what is no Parquet, or has two columns of one name, is refused without a word of DuckDB', async () => {
  await withFile('PAR1 and then nothing', 'x.parquet', async (path) => {
    await expect(collect(lines({ path, format: 'parquet' }).lines)).rejects.toMatchObject({
      code: 'ASOF_IMPORT_FILE_INVALID',
      message: expect.stringContaining('it is not a Parquet file, or it is damaged') as string,
    });
  });
  await expect(collect(lines({ path: 'nowhere.parquet', format: 'parquet' }).lines)).rejects.toMatchObject({
    code: 'ASOF_FILE_UNREADABLE',
  });
  await expect(collect(lines({ path: 's3://a/b.csv', format: 'csv' }).lines)).rejects.toMatchObject({
    code: 'ASOF_PATH_UNSUPPORTED',
  });
});

interface Read {
  readonly events: string[];
  readonly warnings: string[];
}

function csvEvents(text: string | Buffer, source = nested): Promise<Read> {
  return withFile(text, 'events.csv', (path) => read({ path, format: 'csv' }, source));
}

async function parquetEvents(select: string, folder = '.'): Promise<Read> {
  return withFile('', join(folder, 'events.parquet'), async (path) => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    return read({ path, format: 'parquet' }, nested);
  });
}

async function read(file: TableFile, source: EventSourceDefinition): Promise<Read> {
  const { lines: all, warnings } = lines(file, source);
  return { events: (await collect(all)).map(String), warnings };
}

function lines(file: TableFile, source = nested) {
  const warnings: string[] = [];
  return {
    lines: tableLines(file, source, { onWarning: (message) => warnings.push(message) }),
    warnings,
  };
}

async function withFile<Result>(
  content: string | Buffer,
  name: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-table-'));
  try {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
