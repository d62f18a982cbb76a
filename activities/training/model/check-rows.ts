import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import { readParquet } from '../../../adapters/duckdb/training-set-file.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { canonicalRow } from '../../../domain/training/canonical-row.ts';

/**
 * Compares the file with the hash in the registry, so that a model is never recorded as trained on rows that
 * another build has since replaced.
 *
 * @throws AsofError `ASOF_TRAINING_SET_FILE_CHANGED`.
 */
export async function checkRows({ id, name, path, sha256, manifest }: StoredTrainingSet): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-check-'));
  const hash = createHash('sha256');
  let reason = 'it holds other rows';
  try {
    await withDuckDb(scratch, async (connection) => {
      for await (const rows of readParquet(connection, manifest.schema, path))
        hash.update(rows.map(canonicalRow).join(''));
    });
    if (hash.digest('hex') === sha256) return;
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  } finally {
    await rm(scratch, { recursive: true });
  }
  throw new AsofError(
    'ASOF_TRAINING_SET_FILE_CHANGED',
    `the file '${path}' is not that of training set ${id} any more: ${reason}. Build '${name}' again from its spine '${manifest.spine.path}'`,
    { details: { id, path, sha256 } },
  );
}
