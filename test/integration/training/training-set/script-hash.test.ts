import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BlocksHash } from '../../../../activities/training/canonical-blocks.ts';
import { hashBlocks } from '../../../../activities/training/hash-blocks.ts';
import { withDuckDb } from '../../../../adapters/duckdb/database.ts';
import { literal } from '../../../../adapters/duckdb/sql-text.ts';
import type { TrainingSetColumn } from '../../../../domain/training/manifest.ts';
import { scriptHash } from '../../../support/expectations/script-hash.ts';

/** Three blocks of every type, with nulls and the values that have more than one form. */
const COLUMNS: Readonly<Record<string, readonly [TrainingSetColumn['type'], string]>> = {
  'naïve "key" 😀\n': [
    'string',
    "['', 'ü', '😀', 'twelve bytes', 'thirteen chars', NULL, i::VARCHAR][i % 7 + 1]",
  ],
  at: ['timestamp', 'CASE WHEN i % 5 > 0 THEN make_timestamptz(i * 1000003 - 62135596800000000) END'],
  count: ['bigint', 'CASE WHEN i % 3 > 0 THEN 9223372036854775807 - i END'],
  share: ['double', "['-0', '0', 'NaN', 'inf', '-inf', '5e-324', NULL, i::VARCHAR][i % 8 + 1]::DOUBLE"],
  is: ['boolean', 'CASE WHEN i % 3 > 0 THEN i % 2 = 0 END'],
  nothing: ['string', 'NULL::VARCHAR'],
};

test('the Python script of the docs takes the same hash of the file alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'asof-script-'));
  await withDuckDb(folder, async (connection) => {
    const schema = Object.entries(COLUMNS).map(([name, [type]]) => ({ name, type }));
    const columns = Object.entries(COLUMNS).map(([name, [, sql]]) => `${sql} AS "${name.replaceAll('"', '""')}"`); // prettier-ignore
    for (const rows of [0, 1, 65_536, 131_079]) {
      const path = join(folder, `${rows}.parquet`);
      await connection.run(
        `COPY (SELECT ${columns.join(', ')} FROM range(${rows}) AS _(i)) TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 40_000)`,
      );
      const hash = new BlocksHash(schema);
      for await (const { columns } of hashBlocks(connection, { schema, path })) hash.add(columns);
      expect(await scriptHash(path)).toBe(hash.digest());
    }
  });
  await rm(folder, { recursive: true });
});
