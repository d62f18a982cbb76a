import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSets } from '../../../../adapters/duckdb/compare-sets.ts';
import { type DuckDb, withDuckDb } from '../../../../adapters/duckdb/database.ts';
import { type KeyedRow, comparedRows } from '../../../oracle/training/compared-rows.ts';
import { forAllSlow } from '../../support/for-all.ts';

const KEYS = [
  { name: 'user "id"', type: 'string' },
  { name: 'at', type: 'timestamp' },
] as const;
const VALUES = [{ name: 'value', type: 'double' }] as const;

const rows = fc.array(
  fc.tuple(
    fc.constantFrom('u', '', "o'x", null),
    fc.nat({ max: 1 }),
    fc.constantFrom(null, NaN, Infinity, 0, 0.1, 1),
  ),
  { maxLength: 12 },
);
type Row = readonly [string | null, number, number | null];

test('rows are matched by their keys, in their order where several have the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-compare-'));
  const [a, b] = [join(folder, 'a.parquet'), join(folder, 'b.parquet')];
  await forAllSlow(fc.tuple(rows, rows), 60, ([rowsA, rowsB]) =>
    withDuckDb(folder, async (connection) => {
      await write(connection, rowsA, a);
      await write(connection, rowsB, b);
      const expected = comparedRows(rowsA.map(keyed), rowsB.map(keyed));
      const counts = await compareSets(connection, { a, b, keys: KEYS, values: VALUES }, 3);
      const { columns, examples, ...totals } = counts;
      expect(totals).toEqual(expected);
      expect(columns.get('value')).toBe(expected.changed);
      expect(examples).toHaveLength(Math.min(3, expected.changed));
      for (const { values } of examples) expect(values.map(({ column }) => column)).toEqual(['value']);
    }),
  );
  await rm(folder, { recursive: true });
});

function keyed([user, at, value]: Row): KeyedRow {
  return { key: JSON.stringify([user, at]), value };
}

async function write(connection: DuckDb, rows: readonly Row[], path: string): Promise<void> {
  const tuples = rows.map(([user, at, value]) => {
    const text = user === null ? 'NULL::VARCHAR' : `'${user.replaceAll("'", "''")}'`;
    return `(${text}, make_timestamptz(${at}), ${value === null ? 'NULL::DOUBLE' : `'${value}'::DOUBLE`})`;
  });
  const selected =
    rows.length === 0
      ? `SELECT ''::VARCHAR, make_timestamptz(0), 0::DOUBLE WHERE false`
      : `VALUES ${tuples.join(', ')}`;
  await connection.run(
    `COPY (SELECT * FROM (${selected}) AS given ("user ""id""", "at", "value")) TO '${path}' (FORMAT parquet)`,
  );
}
