import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { isMissingTable } from '../sql/missing-table.ts';

/** Records the content of a file that a build is about to put in its place. Safe to repeat. */
export async function recordFile(db: Queryable, sha256: string, trainingSetId: string): Promise<void> {
  await db.query(sql`
    INSERT INTO asof.training_set_files (sha256, training_set_id) VALUES (${sha256}, ${trainingSetId})
    ON CONFLICT (sha256) DO UPDATE SET training_set_id = excluded.training_set_id, written_at = now()`);
}

/** Whether a build has written a file with this content. No build has before the first `apply`. */
export function isOwnFile(db: Queryable, sha256: string): Promise<boolean> {
  return isRecorded(db, 'training_set_files', sha256);
}

/** Whether a table of the files that Asof has written has this content. It is not there before the first `apply`. */
export async function isRecorded(
  db: Queryable,
  table: 'training_set_files' | 'score_files',
  sha256: string,
): Promise<boolean> {
  try {
    const { rows } = await db.query(sql`SELECT FROM ${ident('asof', table)} WHERE sha256 = ${sha256}`);
    return rows.length > 0;
  } catch (error) {
    if (isMissingTable(error, `asof.${table}`)) return false;
    throw error;
  }
}

/**
 * Whether a build wrote a file with this content for a training set, or for one with the same rows: the same file is
 * the file of both, and is recorded for the one that was built last.
 */
export async function isFileOf(db: Queryable, sha256: string, trainingSetId: string): Promise<boolean> {
  const { rows } = await db.query(sql`
    SELECT FROM asof.training_set_files f
      JOIN asof.training_sets built ON built.id = f.training_set_id
      JOIN asof.training_sets wanted ON wanted.id = ${trainingSetId}
    WHERE f.sha256 = ${sha256} AND (built.id = wanted.id
      OR built.sha256 = wanted.sha256 AND built.manifest ->> 'format' = wanted.manifest ->> 'format')`);
  return rows.length > 0;
}

/** Where the rows of each training set were written last, by its id. */
export async function readSetFiles(
  db: Queryable,
): Promise<ReadonlyMap<string, { readonly path: string; readonly host: string | null }>> {
  const { rows } = await db.query<{ id: string; path: string; host: string | null }>(
    'SELECT id, path, host FROM asof.training_sets',
  );
  return new Map(rows.map(({ id, path, host }) => [id, { path, host }]));
}
