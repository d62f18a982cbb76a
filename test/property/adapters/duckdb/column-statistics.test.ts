import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureColumns } from '../../../../adapters/duckdb/column-statistics.ts';
import { ComputedTable } from '../../../../adapters/duckdb/computed-table.ts';
import { QUANTILES, type QuantileName } from '../../../../domain/training/statistics.ts';
import { deviationOf, frequencies, meanOf, quantileOf } from '../../../oracle/training/statistics.ts';
import { forAllSlow } from '../../support/for-all.ts';

const COLUMNS = [
  { name: 'ratio "1"', type: 'double' },
  { name: 'count', type: 'bigint' },
  { name: 'text', type: 'string' },
  { name: 'truth', type: 'boolean' },
] as const;
const doubles = fc.oneof(
  fc.constantFrom(null, NaN, Infinity, -Infinity, 1e308, -1e200, 0, 0.1),
  fc.integer({ min: -99, max: 99 }).map((number) => number / 8),
);
const texts = fc.oneof(fc.constantFrom(null, '', 'a', 'b', 'B', 'ä', '😀'), fc.string({ unit: 'grapheme' }));
const rows = fc.array(
  fc.tuple(doubles, fc.option(fc.bigInt({ min: -9n, max: 2n ** 40n })), texts, fc.option(fc.boolean())),
  { maxLength: 60 },
);

test('the statistics of columns are those of their values', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-statistics-'));
  const path = join(folder, 'rows.parquet');
  await forAllSlow(rows, 40, async (values) => {
    const measured = await withRows(values, path, (connection) =>
      measureColumns(connection, { path, rows: values.length }, COLUMNS),
    );
    const [ratios, counts, words, truths] = COLUMNS.map((_, at) => held(values.map((row) => row[at]!)));
    expect(measured.map(({ column, rows, nulls }) => [column, rows, nulls])).toEqual(
      [ratios!, counts!, words!, truths!].map((all, at) => [
        COLUMNS[at]!.name,
        values.length,
        values.length - all.length,
      ]),
    );
    const [ratio, count, text, truth] = measured;
    expectNumbers(ratio!.numbers!, ratios as number[]);
    expectNumbers(count!.numbers!, counts!.map(Number));
    expectNumbers(truth!.numbers!, truths!.map(Number));
    expect([ratio!.distinct, truth!.distinct, ratio!.top, text!.numbers]).toEqual([null, null, null, null]);
    const frequent = frequencies(words as string[]);
    expect(text!.distinct).toBe(frequent.length);
    expect(text!.top!.map(({ value, rows }) => [value, rows])).toEqual(frequent.slice(0, 10));
    const different = new Set(counts).size;
    expect(Math.abs(count!.distinct! - different)).toBeLessThanOrEqual(different / 4);
  });
  await rm(folder, { recursive: true });
});

test('quantiles of many rows are those of a sample, which is the same each time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-statistics-'));
  const path = join(folder, 'rows.parquet');
  const connection = await (await DuckDBInstance.create()).connect();
  // The values have a period, which the sample must not fall in step with.
  await connection.run(
    `COPY (SELECT (range % 1000)::DOUBLE AS x FROM range(400000)) TO '${path}' (FORMAT parquet)`,
  );
  const measure = async () => {
    const [{ numbers } = {}] = await measureColumns(connection, { path, rows: 400_000 }, [
      { name: 'x', type: 'double' },
    ]);
    return numbers!.quantiles!;
  };
  const quantiles = await measure();
  expect(await measure()).toEqual(quantiles);
  for (const [name, share] of Object.entries(QUANTILES))
    expect(Math.abs(quantiles[name as QuantileName] - share * 1000)).toBeLessThan(10);
  connection.closeSync();
  await rm(folder, { recursive: true });
});

type Measured = NonNullable<Awaited<ReturnType<typeof measureColumns>>[number]['numbers']>;

function expectNumbers(measured: Measured, numbers: readonly number[]): void {
  const fit = numbers.filter((number) => Math.abs(number) < 1e150);
  const nan = numbers.filter(Number.isNaN).length;
  expect(measured).toMatchObject({ nan, outOfRange: numbers.length - fit.length - nan });
  if (fit.length === 0) {
    const none = { min: null, max: null, mean: null, standardDeviation: null, quantiles: null };
    return expect(measured).toMatchObject(none);
  }
  expect(measured).toMatchObject({ min: Math.min(...fit) + 0, max: Math.max(...fit) + 0 });
  expect(measured.mean).toBeCloseTo(meanOf(fit), 3);
  expect(measured.standardDeviation! / (deviationOf(fit) || 1)).toBeCloseTo(
    deviationOf(fit) === 0 ? 0 : 1,
    6,
  );
  for (const [name, share] of Object.entries(QUANTILES))
    expect(measured.quantiles![name as QuantileName], name).toBe(quantileOf(fit, share));
}

function held<Value>(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}

async function withRows<Result>(
  values: readonly (readonly (number | bigint | string | boolean | null)[])[],
  path: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const connection = await (await DuckDBInstance.create()).connect();
  const table = await ComputedTable.create(connection, COLUMNS);
  table.append(values.map((row, n) => [BigInt(n), ...row]));
  table.close();
  const selected = COLUMNS.map(({ name }, at) => `r${at} AS "${name.replaceAll('"', '""')}"`);
  await connection.run(
    `COPY (SELECT ${selected.join(', ')} FROM computed ORDER BY n) TO '${path}' (FORMAT parquet)`,
  );
  const result = await work(connection);
  connection.closeSync();
  return result;
}
