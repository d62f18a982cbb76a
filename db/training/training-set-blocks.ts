import sql from 'sql-template-tag';
import type { HashedBlock } from '../../domain/training/canonical-columns.ts';
import type { Client, Queryable } from '../sql/client.ts';

/** The length of a column's SHA-256 in bytes. */
const DIGEST_BYTES = 32;

/** Keeps the blocks of a training set, in order. */
export async function insertBlocks(
  client: Client,
  trainingSetId: string,
  blocks: AsyncIterable<HashedBlock>,
): Promise<void> {
  let number = 0;
  for await (const { columns, rows } of blocks) {
    await client.query(sql`
      INSERT INTO asof.training_set_blocks (training_set_id, block, column_hashes, row_hashes)
      VALUES (${trainingSetId}, ${number}, ${Buffer.concat(columns)}, ${rows})`);
    number += 1;
  }
}

/** Reads the blocks of a training set in order, one at a time. There are none of a set of format 1. */
export async function* readBlocks(db: Queryable, trainingSetId: string): AsyncGenerator<HashedBlock> {
  for (let number = 0; ; number += 1) {
    const { rows: found } = await db.query<{ columns: Buffer; rows: Buffer }>(sql`
      SELECT column_hashes AS columns, row_hashes AS rows FROM asof.training_set_blocks
      WHERE training_set_id = ${trainingSetId} AND block = ${number}`);
    const block = found[0];
    if (!block) return;
    const digests = Array.from({ length: block.columns.length / DIGEST_BYTES }, (_, at) =>
      block.columns.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES),
    );
    yield { columns: digests, rows: block.rows };
  }
}
