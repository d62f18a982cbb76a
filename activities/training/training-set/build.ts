import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { readSpineFile } from '../../../adapters/duckdb/parquet/read-spine-file.ts';
import { readParquet, trainingSetColumns, writeParquet } from '../../../adapters/duckdb/training-set-file.ts';
import { requireFolderUnmoved } from '../../../adapters/files/data-roots.ts';
import { flush, keptSet } from '../../../adapters/files/kept-files.ts';
import { type OutFile, checkOutFile, publishOutFile } from '../../../adapters/files/out-file.ts';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import { type TrainingSetPlan, loadTrainingSet } from '../../../db/training/load-training-set.ts';
import { isOwnFile, recordFile } from '../../../db/training/training-set-files.ts';
import { recordTrainingSet, trainingSetId } from '../../../db/training/training-sets.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { KnowledgeCut, LookupCounts, TrainingSetManifest } from '../../../domain/training/manifest.ts';
import { refuseMissingRows } from '../../../domain/training/missing-rows.ts';
import type { BuildFiles, TrainingSetReceipt } from '../../../schemas/workflows/build-training-set.ts';
import { reportAlive } from '../../shared/progress.ts';
import type { BuildContext } from './build-context.ts';
import { hashRows } from './hash-rows.ts';
import { type LoadedSpine, loadSpine } from './load-spine.ts';
import { exportAll, joinAll, writeAllWanted } from './look-up-all.ts';
import { spineKeys } from './spine-keys.ts';

/** What to build, with real paths. */
export interface TrainingSetBuild extends Omit<BuildFiles, 'host'> {
  readonly trainingSet: string;
  /** The SHA-256 that the bytes of the spine must have. Omitted: any. */
  readonly spineSha256?: string | undefined;
  /** The file to write. Undefined: Asof keeps the set under its id. */
  readonly out: string | undefined;
}

/** What a build knows before it writes rows. */
interface Joined {
  readonly plan: TrainingSetPlan;
  readonly knowledge: KnowledgeCut;
  readonly spine: LoadedSpine;
  readonly lookups: readonly LookupCounts[];
  readonly notes: readonly string[];
}

/**
 * Builds a training set: loads the spine into DuckDB; exports from Postgres, in one snapshot, the rows that
 * each lookup may find; joins them; and writes Parquet. Never holds all rows in memory. The file and its
 * record appear together at the end. Before that there is only the scratch folder, which is deleted in any
 * case.
 */
export async function buildTrainingSet(
  build: TrainingSetBuild,
  context: BuildContext,
): Promise<TrainingSetReceipt> {
  const { scratch, signal } = context;
  if (build.out !== undefined) await checkOutFile(outFile(build, build.out, context));
  return withDuckDb(
    scratch,
    async (connection) => {
      const joined = await joinSpine(connection, build, context);
      const manifest = await writeRows(connection, build, joined, context);
      signal.throwIfAborted();
      return register(build, { manifest, notes: joined.notes }, context);
    },
    { signal, onProgress: reportAlive },
  );
}

/** Reads the spine before the snapshot begins, and joins after it, so that the database never waits for them. */
async function joinSpine(
  connection: DuckDb,
  { trainingSet, spine: path, spineSha256: sha256, allowMissing }: TrainingSetBuild,
  context: BuildContext,
): Promise<Joined> {
  const { pool, scratch, report, signal } = context;
  const planned = await loadTrainingSet(pool, trainingSet);
  const parts = readSpineFile(path, planned.definition, { sha256, signal, scratch });
  const spine = await loadSpine(connection, parts, (rows) => report(`spine: ${rows} rows`));
  const wanted = await writeAllWanted(connection, planned.lookups, spine, scratch);
  const { plan, knowledge, exported } = await atKnowledgeCut(pool, async (client, knowledge) => {
    const plan = await loadTrainingSet(client, trainingSet);
    requireUnchanged(planned, plan);
    return { plan, knowledge, exported: await exportAll(client, plan.lookups, context) };
  });
  const lookups = await joinAll(connection, { plans: plan.lookups, exported }, spine, context);
  const keyed = lookups.map((counts, index) => {
    return { ...counts, lookupKeys: plan.lookups[index]!.lookupKeys, wanted: wanted[index]! };
  });
  const keys = spineKeys(connection, { plans: plan.lookups, spine, wanted }, context);
  const share = plan.definition.spine.refuseMissing;
  const few = allowMissing ? [] : await refuseMissingRows(keyed, share, keys);
  return { plan, knowledge, spine, lookups, notes: [...notesOf(spine), ...few] };
}

async function writeRows(
  connection: DuckDb,
  { trainingSet, spine: path }: TrainingSetBuild,
  { plan, knowledge, spine, lookups }: Joined,
  { scratch, report }: BuildContext,
): Promise<TrainingSetManifest> {
  const schema = trainingSetColumns(spine.columns, spine.labelType, plan.lookups);
  report('writing Parquet');
  await writeParquet(connection, schema, plan.lookups, rowsPath(scratch));
  const salt = randomBytes(16).toString('hex');
  const rows = readParquet(connection, schema, rowsPath(scratch));
  const hashed = await hashRows(rows, salt, hashesPath(scratch), (count) =>
    report(`hashing: ${count} of ${spine.rows} rows`),
  );
  return {
    format: 1,
    trainingSet,
    way: 'latest',
    spine: { path, columns: spine.columns.map(({ name }) => name), sha256: spine.sha256 },
    split: splitOf(plan, spine),
    definitions: plan.references,
    knowledge,
    lookups,
    schema,
    ...hashed,
    salt,
  };
}

/** Registers the training set and puts its file in place. */
async function register(
  build: TrainingSetBuild,
  { manifest, notes }: { readonly manifest: TrainingSetManifest; readonly notes: readonly string[] },
  context: BuildContext,
): Promise<TrainingSetReceipt> {
  const { pool, host, scratch, kept, report } = context;
  const { trainingSet, rows, sha256, knowledge, lookups } = manifest;
  report('registering');
  const id = trainingSetId(manifest);
  const path = build.out ?? keptSet(kept, id);
  await flush(rowsPath(scratch));
  await recordFile(pool, await sha256OfFile(rowsPath(scratch), reportAlive), id);
  await recordTrainingSet(pool, { id, manifest, path, host }, hashesPath(scratch), async () => {
    if (build.out !== undefined) await requireFolderUnmoved(build.out);
    await publishOutFile(rowsPath(scratch), outFile(build, path, context));
  });
  return { id, trainingSet, path, host, rows, sha256, knowledge, lookups, notes };
}

/** The file that the build makes. What Asof keeps under an id has the same rows, whoever builds it. */
function outFile({ spine, out, overwrite }: TrainingSetBuild, path: string, { pool }: BuildContext): OutFile {
  return {
    path,
    spine,
    overwrite: overwrite || out === undefined,
    isOwn: (sha256) => isOwnFile(pool, sha256),
  };
}

function requireUnchanged(planned: TrainingSetPlan, plan: TrainingSetPlan): void {
  if (JSON.stringify(planned.references) === JSON.stringify(plan.references)) return;
  const { name } = plan.definition;
  throw new AsofError(
    'ASOF_DEFINITIONS_CHANGED',
    `a definition that training set '${name}' depends on was applied while the spine was read; it is built again`,
    { details: { trainingSet: name } },
  );
}

function rowsPath(scratch: string): string {
  return join(scratch, 'rows.parquet');
}

function hashesPath(scratch: string): string {
  return join(scratch, 'hashes');
}

function splitOf({ definition }: TrainingSetPlan, { splitRows }: LoadedSpine): TrainingSetManifest['split'] {
  const column = definition.spine.split;
  return column === null || splitRows === null ? null : { column, rows: splitRows };
}

function notesOf({ leftOut }: LoadedSpine): string[] {
  if (leftOut === 0) return [];
  return [`${leftOut} column(s) of the spine without a name left out, such as the index that pandas writes`];
}
