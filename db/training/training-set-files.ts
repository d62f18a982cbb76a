import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';
import { isMissingTable } from '../sql/missing-table.ts';

/** Records the content of a file that a build is about to put in its place. Safe to repeat. */
export async function recordFile(db: Queryable, sha256: string, trainingSetId: string): Promise<void> {
  await db.query(sql`
    INSERT INTO asof.training_set_files (sha256, training_set_id) VALUES (${sha256}, ${trainingSetId})
    ON CONFLICT (sha256) DO UPDATE SET training_set_id = excluded.training_set_id, written_at = now()`);
}

/** Whether a build has written a file with this content. No build has before the first `apply`. */
export async function isOwnFile(db: Queryable, sha256: string): Promise<boolean> {
  try {
    const { rows } = await db.query(sql`SELECT FROM asof.training_set_files WHERE sha256 = ${sha256}`);
    return rows.length > 0;
  } catch (error) {
    if (isMissingTable(error, 'asof.training_set_files')) return false;
    throw error;
  }
}
