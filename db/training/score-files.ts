import sql from 'sql-template-tag';
import type { TrainingSetWay } from '../../domain/training/manifest.ts';
import type { Queryable } from '../sql/client.ts';
import { isRecorded } from './training-set-files.ts';

/** A file of predictions, and what they were made of. */
export interface ScoreFile {
  /** Of the bytes of the file. */
  readonly sha256: string;
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  readonly way: TrainingSetWay;
  /** The knowledge cut: a sequence, as a decimal text. */
  readonly knowledge: string;
  /** SHA-256 of the bytes of the spine's file. */
  readonly spineSha256: string;
}

/** Records the content of a file of predictions that is about to be put in its place. Safe to repeat. */
export async function recordScoreFile(db: Queryable, file: ScoreFile): Promise<void> {
  const { sha256, model, version, rows, way, knowledge, spineSha256 } = file;
  await db.query(sql`
    INSERT INTO asof.score_files (sha256, model, version, rows, way, knowledge, spine_sha256)
    VALUES (${sha256}, ${model}, ${version}, ${rows}, ${way}, ${knowledge}, ${spineSha256})
    ON CONFLICT (sha256) DO UPDATE SET written_at = now()`);
}

/** Whether Asof has written predictions with this content. It has not before the first `apply`. */
export function isOwnScoreFile(db: Queryable, sha256: string): Promise<boolean> {
  return isRecorded(db, 'score_files', sha256);
}
