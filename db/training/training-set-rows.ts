import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

const ROWS_PER_PAGE = 10_000;

/** The hash of each row of a training set of format 1, in order. */
export async function* readRowHashes(db: Queryable, trainingSetId: string): AsyncGenerator<Buffer> {
  for (let from = 0; ; from += ROWS_PER_PAGE) {
    const { rows } = await db.query<{ hash: Buffer }>(sql`
      SELECT hash FROM asof.training_set_rows
      WHERE training_set_id = ${trainingSetId} AND row_number >= ${from} AND row_number < ${from + ROWS_PER_PAGE}
      ORDER BY row_number`);
    for (const { hash } of rows) yield hash;
    if (rows.length < ROWS_PER_PAGE) return;
  }
}
