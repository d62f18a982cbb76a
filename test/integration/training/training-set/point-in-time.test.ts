import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Value, lookUp } from '../../../oracle/training-set.ts';
import { withProject } from '../../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { DAILY_RULES, HEADING, type RandomSet, WINDOW_RULES, randomSets, spineText } from './random-set.ts';
import { build, prepare, store } from './random-tables.ts';

const RUNS = Number(process.env.ASOF_BUILD_RUNS ?? 12);

test('every row equals a brute-force lookup, in the order of the spine', async () => {
  await withProject({}, ({ pool, source }) =>
    withFolder(async (folder, list) => {
      await prepare(pool, source);
      const spine = join(folder, 'spine.csv');
      const out = join(folder, 'rows.parquet');
      for (const set of fc.sample(randomSets, { seed: 2026, numRuns: RUNS })) {
        await store(pool, set);
        await writeFile(spine, spineText(set.spine));
        const receipt = await build(pool, folder, { spine, out });
        const expected = oracleRows(set);
        const { rows, types } = await readParquetFile(out);
        expect(rows).toEqual(expected.rows);
        const looked = ['w', 'd'].flatMap((prefix) => [0, 1, 2, 3, 4].map((at) => `${prefix}${at}`));
        expect(Object.keys(types)).toEqual([...HEADING, ...looked]);
        expect(types).toMatchObject({
          at: 'TIMESTAMP',
          churned: 'BIGINT',
          w0: 'BIGINT',
          w1: 'DOUBLE',
          d2: 'VARCHAR',
          w4: 'BOOLEAN',
        });
        expect(receipt).toMatchObject({ rows: set.spine.length, sha256: sha256(expected.rows) });
        expect(receipt.lookups.map(({ found }) => found)).toEqual(expected.found);
        expect(await list()).toEqual(['rows.parquet', 'spine.csv']);

        await store(pool, { ...set, windows: set.windows.toReversed(), daily: set.daily.toReversed() });
        expect(await build(pool, folder, { spine, out })).toMatchObject({
          id: receipt.id,
          sha256: receipt.sha256,
        });
      }
    }),
  );
});

function oracleRows({ windows, daily, spine }: RandomSet): { rows: Value[][]; found: number[] } {
  const found = [0, 0];
  const rows = spine.map(({ note, user, moment, label, shop, split }) => {
    const looked = [
      lookUp(windows, WINDOW_RULES, [user], moment),
      lookUp(daily, DAILY_RULES, [user, shop], moment),
    ];
    looked.forEach((one, at) => (found[at]! += Number(one.found)));
    const values = looked.flatMap((one) => one.values.map((value, at) => asColumn(value, at)));
    return [note, user, moment, BigInt(label), shop, split, ...values];
  });
  return { rows, found };
}

/** A value as its column holds it: the bigint's default, a number, becomes a bigint, and −0 becomes 0. */
function asColumn(value: Value, at: number): Value {
  if (typeof value !== 'number') return value;
  return at === 0 ? BigInt(value) : value + 0;
}

/** The hash of the canonical rows, by a second implementation of their format. */
function sha256(rows: readonly Value[][]): string {
  const text = (value: Value): string => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
    return JSON.stringify(value);
  };
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`[${row.map(text).join(',')}]\n`);
  return hash.digest('hex');
}
