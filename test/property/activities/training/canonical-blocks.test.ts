import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlocksHash } from '../../../../activities/training/canonical-blocks.ts';
import { hashBlocks } from '../../../../activities/training/hash-blocks.ts';
import { type DuckDb, withDuckDb } from '../../../../adapters/duckdb/database.ts';
import { literal } from '../../../../adapters/duckdb/sql-text.ts';
import { BLOCK_ROWS } from '../../../../domain/training/canonical-columns.ts';
import type { TrainingSetColumn } from '../../../../domain/training/manifest.ts';
import { RowMix } from '../../../../domain/training/row-mix.ts';
import { hashOfRows } from '../../../oracle/training/canonical-rows.ts';
import type { Value } from '../../../oracle/training-set.ts';
import { forAllSlow } from '../../support/for-all.ts';

const SCHEMA: readonly TrainingSetColumn[] = [
  { name: 'naïve "key"\n', type: 'string' },
  { name: 'at', type: 'timestamp' },
  { name: 'count', type: 'bigint' },
  { name: 'share', type: 'double' },
  { name: 'is', type: 'boolean' },
];
const SQL_TYPES = ['VARCHAR', 'TIMESTAMPTZ', 'BIGINT', 'DOUBLE', 'BOOLEAN'];
const SALT = '00112233445566778899aabbccddeeff';

const nullable = <Of extends Value>(arbitrary: fc.Arbitrary<Of>): fc.Arbitrary<Value> =>
  fc.option<Value>(arbitrary, { freq: 3 });
const int64 = (most: bigint) => fc.bigInt({ min: -most, max: most - 1n });
const rows: fc.Arbitrary<Value[]> = fc.tuple(
  nullable(
    fc.oneof(fc.constantFrom('', '😀', 'twelve bytes', 'thirteen chars'), fc.string({ unit: 'grapheme' })),
  ),
  nullable(int64(2n ** 57n)),
  nullable(int64(2n ** 63n)),
  nullable(fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, 5e-324), fc.double())),
  nullable(fc.boolean()),
);

test('the hash is that of the naive oracle, and a mix tells rows apart', async () => {
  await withTable(async (connection, path) => {
    await forAllSlow(fc.array(rows, { minLength: 1, maxLength: 40 }), 60, async (all) => {
      await write(connection, `(VALUES ${all.map(valuesOf).join(', ')})`, path);
      const { sha256, mixes } = await hash(connection, path);
      expect(sha256).toBe(oracle(all));
      const texts = all.map((row) => row.map((value) => (typeof value === 'string' ? `'${value}` : String(value))).join()); // prettier-ignore
      expect(mixes.map((mix) => mixes.indexOf(mix))).toEqual(texts.map((text) => texts.indexOf(text)));
    });
  });
});

test('blocks end at 65,536 rows, wherever the chunks of DuckDB and the row groups of the file end', async () => {
  await withTable(async (connection, path) => {
    const count = BLOCK_ROWS * 2 + 7;
    const select = `(SELECT CASE WHEN i % 5 > 0 THEN repeat('ü', (i % 11)::INT) || i END, make_timestamptz(i * 1000003),
      CASE WHEN i % 3 > 0 THEN i END, i / 8, i % 2 = 0 FROM range(${count}) AS _(i))`;
    await write(connection, select, path, 'ROW_GROUP_SIZE 30_000');
    const { sha256, mixes } = await hash(connection, path);
    const expected = Array.from({ length: count }, (_, i): Value[] => [
      i % 5 > 0 ? 'ü'.repeat(i % 11) + String(i) : null,
      BigInt(i) * 1000003n,
      i % 3 > 0 ? BigInt(i) : null,
      i / 8,
      i % 2 === 0,
    ]);
    expect(sha256).toBe(oracle(expected));
    expect(new Set(mixes).size).toBe(count);
  });
});

test('names and types are in the hash, and a column of another type is refused', async () => {
  await withTable(async (connection, path) => {
    await write(connection, "(VALUES ('a', NULL, 1, 2.0, true))", path);
    const { sha256 } = await hash(connection, path);
    const renamed = SCHEMA.map(({ type, name }) => ({ type, name: name === 'is' ? 'was' : name }));
    const other = new BlocksHash(renamed);
    for await (const { columns } of hashBlocks(connection, { schema: SCHEMA, path })) other.add(columns);
    expect(other.digest()).not.toBe(sha256);
    const asDouble = SCHEMA.map(({ name }) => ({ name, type: 'double' as const }));
    const wrong = hashBlocks(connection, { schema: asDouble, path });
    await expect(wrong.next()).rejects.toThrow('column 1 is not of the type double');
  });
});

async function withTable(work: (connection: DuckDb, path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asof-blocks-'));
  await withDuckDb(folder, (connection) => work(connection, join(folder, 'rows.parquet')));
  await rm(folder, { recursive: true });
}

async function write(
  connection: DuckDb,
  from: string,
  path: string,
  options = 'COMPRESSION zstd',
): Promise<void> {
  const columns = SCHEMA.map(
    ({ name }, at) => `c${at}::${SQL_TYPES[at]!} AS "${name.replaceAll('"', '""')}"`,
  );
  await connection.run(
    `COPY (SELECT ${columns.join(', ')} FROM ${from} AS _(c0, c1, c2, c3, c4)) TO ${literal(path)} (FORMAT parquet, ${options})`,
  );
}

function valuesOf([text, at, count, share, is]: Value[]): string {
  const double = share === null ? 'NULL' : `'${Object.is(share, -0) ? '-0' : String(share)}'::DOUBLE`;
  const moment = at === null ? 'NULL' : `make_timestamptz(${at}::BIGINT)`;
  return `(${literal(text!)}::VARCHAR, ${moment}, ${literal(count!)}::BIGINT, ${double}, ${literal(is!)}::BOOLEAN)`;
}

function oracle(all: readonly (readonly Value[])[]): string {
  return hashOfRows(
    SCHEMA.map(({ name, type }) => [name, type]),
    all,
  );
}

async function hash(connection: DuckDb, path: string): Promise<{ sha256: string; mixes: bigint[] }> {
  const whole = new BlocksHash(SCHEMA);
  const mixes: bigint[] = [];
  for await (const { columns, rows } of hashBlocks(
    connection,
    { schema: SCHEMA, path },
    new RowMix(SALT, BLOCK_ROWS),
  )) {
    whole.add(columns);
    mixes.push(...new BigUint64Array(Uint8Array.from(rows).buffer));
  }
  return { sha256: whole.digest(), mixes };
}
