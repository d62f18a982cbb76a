import { open } from 'node:fs/promises';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { BLOCK_ROWS, type HashedBlock } from '../../../domain/training/canonical-columns.ts';
import { MIX_BYTES, RowMix } from '../../../domain/training/row-mix.ts';
import { hashBlocks } from '../hash-blocks.ts';
import { SetHash, type SetHashes, type WrittenRows } from '../set-hash.ts';

/**
 * Hashes all rows, and keeps what is kept of each block in a file, for {@link keptBlocks}.
 *
 * @param salt of the mixes of the rows.
 */
export async function hashRows(
  connection: DuckDb,
  written: WrittenRows,
  { salt, blocksPath }: { readonly salt: string; readonly blocksPath: string },
  report: (rows: number) => void,
): Promise<SetHashes & { readonly rows: number }> {
  const hash = new SetHash(written);
  const file = await open(blocksPath, 'w');
  let rows = 0;
  try {
    for await (const block of hashBlocks(connection, written, new RowMix(salt, BLOCK_ROWS))) {
      hash.add(block.columns);
      await file.appendFile(Buffer.concat([...block.columns, block.rows]));
      rows += block.rows.length / MIX_BYTES;
      report(rows);
    }
  } finally {
    await file.close();
  }
  return { rows, ...hash.digest() };
}

/** The length of a SHA-256 in bytes. */
const DIGEST_BYTES = 32;

/** Reads what {@link hashRows} has kept of the blocks of a set with so many columns. */
export async function* keptBlocks(blocksPath: string, columns: number): AsyncGenerator<HashedBlock> {
  const file = await open(blocksPath, 'r');
  try {
    for (;;) {
      const buffer = Buffer.alloc(columns * DIGEST_BYTES + BLOCK_ROWS * MIX_BYTES);
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield {
        columns: Array.from({ length: columns }, (_, at) =>
          buffer.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES),
        ),
        rows: buffer.subarray(columns * DIGEST_BYTES, bytesRead),
      };
    }
  } finally {
    await file.close();
  }
}
