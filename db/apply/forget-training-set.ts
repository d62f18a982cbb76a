import sql, { raw } from 'sql-template-tag';
import type { Client, Queryable } from '../sql/client.ts';

/** The tables with rows of training sets beside `asof.training_sets`. Its statistics go with its row there. */
const TABLES = [
  'training_set_rows',
  'training_set_blocks',
  'assessed_training_sets',
  'training_set_corrections',
  'training_set_files',
  'verified_training_sets',
];

/**
 * Deletes everything that the database has of a built training set. Its files are not touched.
 *
 * @returns the SHA-256 of each file that builds wrote for this set alone, and not for another one with the same rows.
 */
export async function forgetTrainingSet(client: Client, id: string): Promise<string[]> {
  await client.query(sql`
    UPDATE asof.training_set_files AS file SET training_set_id = other.id
    FROM asof.training_sets AS gone JOIN asof.training_sets AS other
      ON other.id <> gone.id AND other.sha256 = gone.sha256 AND other.manifest ->> 'format' = gone.manifest ->> 'format'
    WHERE gone.id = ${id} AND file.training_set_id = ${id}`);
  const { rows } = await client.query<{ sha256: string }>(sql`
    SELECT sha256 FROM asof.training_set_files WHERE training_set_id = ${id} ORDER BY 1`);
  for (const table of TABLES)
    await client.query(sql`DELETE FROM asof.${raw(table)} WHERE training_set_id = ${id}`);
  await client.query(sql`DELETE FROM asof.training_sets WHERE id = ${id}`);
  return rows.map(({ sha256 }) => sha256);
}

/** Whether a training set was built from the kept spine of this name. */
export async function isSpineInUse(db: Queryable, kept: string): Promise<boolean> {
  const { rows } = await db.query(sql`
    SELECT FROM asof.training_sets
    WHERE right(coalesce(manifest -> 'spine' ->> 'kept', manifest -> 'spine' ->> 'path'), length(${kept})) = ${kept} LIMIT 1`);
  return rows.length > 0;
}
