import { join } from 'node:path';
import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import type { Pool, Queryable } from '../../../db/sql/client.ts';
import { loadTrainingSetVersion } from '../../../db/training/load-training-set.ts';
import type { StoredTrainingSet } from '../../../db/training/training-sets.ts';
import { prunedTables } from '../../../db/training/versions/whole-history.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { VerifyTrainingSetResult } from '../../../schemas/workflows/verify-training-set.ts';
import { reportAlive } from '../../shared/progress.ts';
import type { BuildContext } from '../training-set/build-context.ts';
import { joinSpine } from '../training-set/join-spine.ts';
import { writeTrainingSet } from '../training-set/write-training-set.ts';
import { compareHashes } from './compare-hashes.ts';
import { showDifferences } from './show-differences.ts';

/** A set to build again, and the file with its spine. */
export interface Verification {
  readonly stored: StoredTrainingSet;
  readonly spine: string;
  /** The SHA-256 that the bytes of the spine must have. Undefined: its rows alone tell. */
  readonly spineSha256: string | undefined;
}

/**
 * Builds a training set again, as it was built: from its spine, the versions of its definitions, what was known at its
 * cut, in its way. Compares the hashes, and names what differs. Registers nothing, and leaves no file.
 *
 * @throws AsofError `ASOF_SPINE_DIFFERENT`, `ASOF_DEFINITION_VERSION_GONE`, `ASOF_HISTORY_INCOMPLETE`; whatever a build throws.
 */
export async function verifyTrainingSet(
  { stored, spine, spineSha256 }: Verification,
  context: BuildContext,
): Promise<VerifyTrainingSetResult> {
  const { scratch, signal, report } = context;
  const { id, name, manifest } = stored;
  return withDuckDb(
    scratch,
    async (connection) => {
      const joined = await joinSpine(connection, { ...recipeOf(manifest), spine, spineSha256 }, context);
      const path = join(scratch, 'again.parquet');
      const schema = await writeTrainingSet(connection, joined, path, report);
      report('comparing');
      const again = { path, schema, spineColumns: manifest.spine.columns };
      const hashes = await compareHashes({ connection, pool: context.pool }, stored, again);
      if (hashes.spineSha256 !== manifest.spine.sha256) throw otherSpine(stored);
      const same = hashes.sha256 === manifest.sha256;
      if (!same && manifest.way !== 'latest')
        await refuseWithoutHistory(context.pool, stored, joined.earliest);
      const shown = same
        ? { features: [], first: [] }
        : await showDifferences({ connection, context }, { stored, joined, path, ...hashes });
      return {
        id,
        trainingSet: name,
        way: manifest.way,
        same,
        rows: hashes.rows,
        expected: manifest.sha256,
        sha256: hashes.sha256,
        differing: hashes.differing,
        ...shown,
      };
    },
    { signal, onProgress: reportAlive },
  );
}

/** How a set was built. */
function recipeOf(manifest: TrainingSetManifest) {
  const { way, knowledge, lookups, lastSyncs } = manifest;
  const cut = knowledge.sequence;
  const versions = lookups.map((_, at): VersionsRead =>
    way === 'latest' ? { which: 'at-cut', cut } : { which: 'all', cut, lastSync: lastSyncs?.[at] ?? 0 },
  );
  return {
    way,
    load: (db: Queryable) => loadTrainingSetVersion(db, manifest.definitions),
    again: { knowledge, versions },
    allowMissing: true,
  };
}

/** A set that differs may differ only because versions are gone that its way asks for. */
async function refuseWithoutHistory(
  pool: Pool,
  { id, manifest: { way, lookups } }: StoredTrainingSet,
  earliest: Instant,
): Promise<void> {
  const tables = lookups.map(({ table }) => table);
  const pruned = (await prunedTables(pool, tables, earliest)).map(({ table }) => table);
  if (pruned.length === 0) return;
  const histories = [...new Set(pruned)].map((table) => `history.${table}`).join(', ');
  throw new AsofError(
    'ASOF_HISTORY_INCOMPLETE',
    `training set ${id} cannot be verified any more: it is ${way} from ${formatInstant(earliest)} on, and retention has removed ` +
      `versions of that time from ${histories}. Its file is still checked by its SHA-256 (asof training-set show ${id})`,
    { details: { id, tables: pruned } },
  );
}

function otherSpine({ id, manifest }: StoredTrainingSet): AsofError {
  return new AsofError(
    'ASOF_SPINE_DIFFERENT',
    `the rows of the spine are not those that training set ${id} was built from: their hash is not ${manifest.spine.sha256}. ` +
      `Give the file that it was built from ('${manifest.spine.path}' then) with --spine (spine in a program or a workflow)`,
    { details: { id } },
  );
}
