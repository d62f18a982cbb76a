import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSpineFile } from '../../../../../adapters/duckdb/parquet/read-spine-file.ts';
import { loadPlainSpine } from '../../../../../adapters/duckdb/spine/load-plain.ts';
import { type LoadedRows, loadParsedSpine } from '../../../../../adapters/duckdb/spine/parse.ts';
import { copySpine } from '../../../../../adapters/duckdb/spine/spine-copy.ts';
import type { RequestFieldType, TrainingSetDefinition } from '../../../../../domain/registry/definition.ts';
import { forAllSlow } from '../../../support/for-all.ts';

const TYPES: readonly RequestFieldType[] = ['string', 'double', 'integer', 'boolean', 'timestamp'];
const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: { keys: ['user'], timestamp: 'at', label: 'churned', split: 'part' },
  lookups: [
    {
      table: 'windows',
      features: [{ feature: 'events', as: 'events', default: null }],
      lookupKeys: ['user'],
      lookback: null,
    },
  ],
  requestFields: TYPES.flatMap((type) => [
    { name: `any_${type}`, type, required: false },
    { name: type, type, required: true },
  ]),
};
const types = new Map([['events', 'double']] as const);

const plainTexts = fc.constantFrom('u_1', 'Ünï', ' x ', 'null', 'NULL', '0042', 'a b', '#', '\\', "'", 'NaN');
const numbers = fc.constantFrom(
  '0',
  '-0',
  '1',
  '007',
  '-12.50',
  '0.1',
  '123456789012345',
  '0.30000000000000004',
);
const moments = fc.constantFrom(
  '2026-03-01',
  '2026-03-01T10:20:30Z',
  '2026-03-01 10:20:30.123456+00',
  '1969-12-31 23:59:59.5+00:00',
  '2024-02-29T00:00',
);
const truths = fc.constantFrom('true', 'F', 't', 'False');
const splits = fc.constantFrom('train', 'val', 'test');
/** What is rare or wrong, and in which the two ways must agree too. */
const odd = fc.oneof(
  fc.constantFrom(
    '',
    '+1',
    '.5',
    '1.',
    '1e3',
    '1e400',
    '9007199254740993',
    '2026-02-30',
    '2026-3-1',
    '24:00',
    '1.0',
  ),
  fc.constantFrom(
    '2026-03-01T10:20:30.1234567Z',
    '2026-03-01T10:20:60Z',
    '0001-01-01',
    '2026-03-01T10:20:30+02:00',
  ),
  fc.constantFrom('"', '"a"', 'a"b', '\r', '\0', '\ufeff', '�', 'Train', 'yes', 'infinity', 'epoch', 'now'),
  fc.string({ unit: 'grapheme', maxLength: 4 }).filter((text) => !/[,\n]/.test(text)),
);
const TEXTS: Record<RequestFieldType, fc.Arbitrary<string>> = {
  string: plainTexts,
  double: numbers,
  integer: fc.constantFrom('0', '-0', '12', '-3.0', '007'),
  boolean: truths,
  timestamp: moments,
};
const COLUMNS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  user: plainTexts,
  at: moments,
  churned: fc.oneof(numbers, truths),
  part: splits,
  note: fc.oneof(plainTexts, fc.constant('')),
  events: fc.oneof(numbers, fc.constant('')),
  ...Object.fromEntries(
    TYPES.flatMap((type) => [
      [type, TEXTS[type]],
      [`any_${type}`, fc.oneof(TEXTS[type], fc.constant(''))],
    ]),
  ),
};
const NAMES = Object.keys(COLUMNS);
const texts = fc.record({
  names: fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
  rows: fc.array(fc.record(COLUMNS), { minLength: 1, maxLength: 8 }),
  planted: fc.option(fc.record({ row: fc.nat(), column: fc.nat(), text: odd }), { freq: 2 }),
  separator: fc.constantFrom(',', ';', '\t'),
  hasIndex: fc.boolean(),
  /** Fields that a row has too many. */
  surplus: fc.oneof({ arbitrary: fc.constant([]), weight: 6 }, fc.constantFrom([''], ['', ''], ['x'])),
  lines: fc.constantFrom('', '', '\n', ' \n'),
});

test('DuckDB loads the same rows of a CSV file as the parser of spines, or leaves them to it', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'spine.csv');
    let plain = 0;
    let all = 0;
    await forAllSlow(texts, 40, async ({ names, rows, planted, separator, hasIndex, surplus, lines }) => {
      const table = rows.map((row) => names.map((name) => row[name]!));
      if (planted) table[planted.row % table.length]![planted.column % names.length] = planted.text;
      const indexed = [names, ...table].map((row, at) =>
        hasIndex ? [at === 0 ? '' : String(at), ...row] : row,
      );
      indexed.at(-1)!.push(...surplus);
      await writeFile(path, indexed.map((row) => `${row.join(separator)}\n`).join('') + lines);
      all += 1;
      if (await expectSameRows(path, folder)) plain += 1;
    });
    expect(plain).toBeGreaterThan(all / 4);
  });
});

const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  VARCHAR: fc
    .oneof(plainTexts, numbers, moments, truths, splits)
    .map((text) => `'${text.replaceAll("'", "''")}'`),
  BIGINT: fc.constantFrom('0', '-7', '9007199254740991', '9007199254740992'),
  INTEGER: fc.constantFrom('0', '-7'),
  DOUBLE: fc.constantFrom(
    '0',
    '-0.0',
    '12.5',
    '1e20',
    '1e-7',
    "'NaN'",
    "'Infinity'",
    '0.1',
    '123456.789',
    '-3',
  ),
  FLOAT: fc.constantFrom('0.1', '2', '1e10'),
  BOOLEAN: fc.constantFrom('true', 'false'),
  DATE: fc.constantFrom("'2026-03-01'", "'0900-01-01'"),
  TIMESTAMP: fc.constantFrom("'2026-03-01 10:20:30.5'", "'1950-01-01'", "'infinity'"),
  TIMESTAMP_NS: fc.constantFrom("'2026-03-01 10:20:30.123456789'", "'1950-01-01 00:00:00.000000001'"),
  TIMESTAMPTZ: fc.constantFrom("'2026-03-01 10:20:30+00'"),
  'DECIMAL(9,2)': fc.constantFrom('1.50', '-3'),
  UUID: fc.constant("'00000000-0000-0000-0000-000000000001'"),
};
const column = fc.constantFrom(...Object.keys(VALUES)).chain(
  (type) =>
  fc.record({ type: fc.constant(type), values: fc.array(fc.oneof({ arbitrary: VALUES[type]!, weight: 9 }, fc.constant('NULL')), { minLength: 3, maxLength: 3 }) }), // prettier-ignore
);
const FITTING: Readonly<Record<string, string>> = {
  user: "'u_1'",
  at: "TIMESTAMP '2026-03-01 10:20:30'",
  churned: '1::BIGINT',
  part: "'train'",
  string: "'x'",
  double: '0.5::DOUBLE',
  integer: '7',
  boolean: 'true',
  timestamp: "DATE '2026-03-01'",
  any_string: 'NULL::VARCHAR',
  any_double: 'NULL::DOUBLE',
  any_integer: 'NULL::DOUBLE',
  any_boolean: 'NULL::BOOLEAN',
  any_timestamp: 'NULL::TIMESTAMP',
};

test('so does it with a Parquet file, whatever the types of its columns', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'spine.parquet');
    const changed = fc.tuple(fc.constantFrom('note', 'events', ...Object.keys(FITTING)), column);
    let plain = 0;
    await forAllSlow(changed, 40, async ([name, { type, values }]) => {
      const connection = await (await DuckDBInstance.create()).connect();
      const others = Object.entries(FITTING).filter(([other]) => other !== name);
      const selected = [...others.map(([other, sql]) => `${sql} AS ${other}`), `v::${type} AS ${name}`];
      await connection.run(
        `COPY (SELECT ${selected.join(', ')} FROM (VALUES ${values.map((value) => `(${value}::${type})`).join(', ')}) AS t(v)) TO '${path}' (FORMAT parquet)`,
      );
      connection.closeSync();
      if (await expectSameRows(path, folder)) plain += 1;
    });
    expect(plain).toBeGreaterThan(4);
  });
});

/** @returns whether DuckDB loads the file alone. */
async function expectSameRows(path: string, folder: string): Promise<boolean> {
  const options = { scratch: await mkdtemp(join(folder, 'scratch-')), types };
  const loaded = await loadedRows(async (connection) =>
    loadPlainSpine(connection, await copySpine(path, options), definition, types),
  );
  if (!loaded) return false;
  const parsed = await loadedRows((connection) =>
    loadParsedSpine(connection, readSpineFile(path, definition, options), () => {}),
  );
  expect(loaded).toEqual(parsed);
  return true;
}

async function loadedRows(
  load: (connection: DuckDBConnection) => Promise<LoadedRows | undefined>,
): Promise<(LoadedRows & { readonly values: DuckDBValue[][] }) | undefined> {
  const connection = await (await DuckDBInstance.create()).connect();
  const loaded = await load(connection);
  const values = loaded && (await connection.runAndReadAll('SELECT * FROM spine')).getRows();
  connection.closeSync();
  return loaded && { ...loaded, values: values! };
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-spine-'));
  await work(folder);
  await rm(folder, { recursive: true });
}
