import type { DuckDb } from '../../adapters/duckdb/database.ts';
import { readColumns } from '../../adapters/duckdb/training-set-file.ts';
import type { HashedBlock } from '../../domain/training/canonical-columns.ts';
import type { TrainingSetColumn } from '../../domain/training/manifest.ts';
import type { RowMix } from '../../domain/training/row-mix.ts';
import { CanonicalBlocks } from './canonical-blocks.ts';

/**
 * Hashes the rows of a training set's Parquet file by columns, block by block, as format 2 has it.
 *
 * @param mix omitted: the blocks tell no rows apart.
 * @throws TableFault for a file whose columns are of other types.
 */
export async function* hashBlocks(
  connection: DuckDb,
  { schema, path }: { readonly schema: readonly TrainingSetColumn[]; readonly path: string },
  mix?: RowMix,
): AsyncGenerator<HashedBlock> {
  const blocks = new CanonicalBlocks(schema, mix);
  for await (const part of readColumns(connection, schema, path)) yield* blocks.add(part);
  yield* blocks.end();
}
