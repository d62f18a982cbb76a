import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { parquetRowJson } from '../../../adapters/duckdb/parquet/row-json.ts';
import { readBytes } from '../../../adapters/files/lines.ts';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import type { GivenRows, RowFile } from './given-rows.ts';
import { headingIndexes } from './heading-indexes.ts';

/** The rows of a Parquet file. Its columns have types, so that no text is taken for a number. */
export async function rowsOfParquet(file: RowFile): Promise<GivenRows> {
  const hash = createHash('sha256');
  for await (const chunk of readBytes(file.path)) hash.update(chunk);
  const sha256 = hash.digest('hex');
  return {
    place: 'row',
    isTextOnly: false,
    groups: inGroups(file),
    origin: () => ({ name: basename(file.path), sha256 }),
  };
}

async function* inGroups(file: RowFile): AsyncGenerator<readonly GivenRow[]> {
  let at = 0;
  for await (const rows of parquetRowJson(file.path, (names) => headingIndexes(file, names))) {
    yield rows.map((json) => {
      at += 1;
      return { at, json: Buffer.from(json) };
    });
  }
}
