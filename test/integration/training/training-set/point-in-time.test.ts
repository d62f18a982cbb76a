import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type OracleColumn, hashOfRows } from '../../../oracle/training/canonical-rows.ts';
import { type Value, lookUp } from '../../../oracle/training-set.ts';
import { scriptHash } from '../../../support/expectations/script-hash.ts';
import { withProject } from '../../../support/projects/project.ts';
import { readParquetFile, withFolder } from '../../../support/projects/training-set.ts';
import { DAILY_RULES, HEADING, type RandomSet, WINDOW_RULES, randomSets, spineText } from './random-set.ts';
import { build, prepare, store } from './random-tables.ts';

const SPINE_TYPES: Readonly<Record<string, string>> = { at: 'timestamp', churned: 'bigint' };
const TYPES = ['bigint', 'double', 'string', 'double', 'boolean'];
const COLUMNS: readonly OracleColumn[] = [
  ...HEADING.map((name) => [name, SPINE_TYPES[name] ?? 'string'] as const),
  ...['w', 'd'].flatMap((prefix) => TYPES.map((type, at) => [`${prefix}${at}`, type] as const)),
];
const RUNS = Number(process.env.ASOF_BUILD_RUNS ?? 12);

test('every row equals a brute-force lookup, in the order of the spine', async () => {
  await withProject({}, ({ pool, source }) =>
    withFolder(async (folder, list) => {
      await prepare(pool, source);
      const spine = join(folder, 'spine.csv');
      const out = join(folder, 'rows.parquet');
      const sets = fc.sample(randomSets, { seed: 2026, numRuns: RUNS });
      for (const set of sets) {
        await store(pool, set);
        await writeFile(spine, spineText(set.spine));
        const receipt = await build(pool, folder, { spine, out });
        const expected = oracleRows(set);
        const { rows, types } = await readParquetFile(out);
        expect(rows).toEqual(expected.rows);
        const looked = ['w', 'd'].flatMap((prefix) => [0, 1, 2, 3, 4].map((at) => `${prefix}${at}`));
        expect(Object.keys(types)).toEqual([...HEADING, ...looked]);
        expect(types).toMatchObject({
          at: 'TIMESTAMP WITH TIME ZONE',
          churned: 'BIGINT',
          w0: 'BIGINT',
          w1: 'DOUBLE',
          d2: 'VARCHAR',
          w4: 'BOOLEAN',
        });
        expect(receipt).toMatchObject({ rows: set.spine.length, sha256: hashOfRows(COLUMNS, expected.rows) });
        expect(receipt.lookups.map(({ found }) => found)).toEqual(expected.found);
        expect(await list()).toEqual(['rows.parquet', 'spine.csv']);
        if (set === sets.at(-1)) expect(await scriptHash(out)).toBe(receipt.sha256);

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
