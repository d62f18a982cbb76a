import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { requireFolderUnmoved } from '../../../adapters/files/data-roots.ts';
import { flush, keptSet } from '../../../adapters/files/kept-files.ts';
import { type OutFile, checkOutFile, publishOutFile } from '../../../adapters/files/out-file.ts';
import { sha256OfFile } from '../../../adapters/files/sha256-of-file.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import { type TrainingSetPlan, loadTrainingSet } from '../../../db/training/load-training-set.ts';
import { isOwnFile, recordFile } from '../../../db/training/training-set-files.ts';
import { recordTrainingSet, trainingSetId } from '../../../db/training/training-sets.ts';
import { requireWholeHistory } from '../../../db/training/versions/versions-to-read.ts';
import { requestTimeOf } from '../../../domain/features/request-features.ts';
import type { TrainingSetColumn, TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { ColumnStatistics } from '../../../domain/training/statistics.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { BuildFiles, TrainingSetReceipt } from '../../../schemas/workflows/build-training-set.ts';
import { reportAlive } from '../../shared/progress.ts';
import type { BuildContext } from './build-context.ts';
import { hashRows, keptBlocks } from './hash-rows.ts';
import { type Joined, joinSpine } from './join-spine.ts';
import type { LoadedSpine } from './load-spine.ts';
import { measureTrainingSet } from './measure.ts';
import { writeTrainingSet } from './write-training-set.ts';

/** What to build, with real paths. */
export interface TrainingSetBuild extends Omit<BuildFiles, 'host' | 'spine'> {
  readonly trainingSet: string;
  readonly spine: string;
  /** The copy of the spine that Asof keeps, and reads. Omitted: it reads the spine itself. */
  readonly keptSpine?: string | undefined;
  /** The SHA-256 that the bytes of the spine must have. Omitted: any. */
  readonly spineSha256?: string | undefined;
  /** How Asof has made the spine. Omitted: it was given. */
  readonly made?: TrainingSetManifest['spine']['made'];
  /** The file to write. Undefined: Asof keeps the set under its id. */
  readonly out: string | undefined;
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
    async (connection, another) => {
      const load = (db: Queryable) => loadTrainingSet(db, build.trainingSet);
      const { spine, keptSpine = spine, as: way } = build;
      const joined = await joinSpine(connection, { ...build, spine: keptSpine, way, load }, context);
      const schema = await writeTrainingSet(connection, joined, rowsPath(scratch), context.report);
      const written = { ...joined, schema };
      const [manifest, statistics] = await sideBySide(
        hashWritten(connection, build, written, context),
        measureWritten(await another(), written, scratch),
      );
      signal.throwIfAborted();
      return register(build, { ...joined, manifest, statistics }, context);
    },
    { signal, onProgress: reportAlive },
  );
}

/** What was joined, once its rows are in a file with these columns. */
interface Written extends Joined {
  readonly schema: readonly TrainingSetColumn[];
}

async function hashWritten(
  connection: DuckDb,
  { trainingSet, as: way, spine: path, made, keptSpine }: TrainingSetBuild,
  { schema, plan, knowledge, versions, spine, lookups, differences }: Written,
  { scratch, report }: BuildContext,
): Promise<TrainingSetManifest> {
  const salt = randomBytes(16).toString('hex');
  const given = spine.given.columns.map(({ name }) => name);
  const { spineSha256, ...hashed } = await hashRows(
    connection,
    { path: rowsPath(scratch), schema, spineColumns: given },
    { salt, blocksPath: blocksPath(scratch) },
    (count) => report(`hashing: ${count} of ${spine.rows} rows`),
  );
  return {
    format: 2,
    trainingSet,
    way,
    spine: {
      path,
      columns: given,
      sha256: spineSha256,
      ...(made && { made }),
      ...(keptSpine !== undefined && { kept: basename(keptSpine) }),
    },
    split: spine.split,
    definitions: plan.references,
    knowledge,
    lookups,
    ...requestTimeOf(plan.definition),
    schema,
    ...hashed,
    salt,
    ...sampleOf(plan, spine),
    ...(differences.length > 0 && { differences }),
    ...(way !== 'latest' && { lastSyncs: versions.map(lastSyncOf) }),
  };
}

/** The last sync that counts as published. */
function lastSyncOf(read: VersionsRead): number {
  return read.which === 'all' ? read.lastSync : 0;
}

/** Reads the file while another connection hashes it. */
function measureWritten(
  connection: DuckDb,
  { plan, spine, schema, lookups }: Written,
  scratch: string,
): Promise<ColumnStatistics[]> {
  const sources = { columns: spine.columns, lookups: plan.lookups };
  return measureTrainingSet(connection, rowsPath(scratch), sources, { schema, rows: spine.rows, lookups });
}

/** Waits for both, also where one fails: the connections of DuckDB are closed afterwards. */
async function sideBySide<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

/** What a build has made. */
interface Built extends Pick<Joined, 'notes' | 'earliest'> {
  readonly manifest: TrainingSetManifest;
  readonly statistics: readonly ColumnStatistics[];
}

/** Registers the training set and puts its file in place. */
async function register(
  build: TrainingSetBuild,
  { manifest, statistics, notes, earliest }: Built,
  context: BuildContext,
): Promise<TrainingSetReceipt> {
  const { pool, host, scratch, kept, report } = context;
  const { trainingSet, rows, sha256, knowledge, lookups } = manifest;
  report('registering');
  const id = trainingSetId(manifest);
  const path = build.out ?? keptSet(kept, id);
  await flush(rowsPath(scratch));
  await recordFile(pool, await sha256OfFile(rowsPath(scratch), reportAlive), id);
  const blocks = keptBlocks(blocksPath(scratch), manifest.schema.length);
  await recordTrainingSet(pool, { id, manifest, statistics, path, host }, blocks, async () => {
    const tables = lookups.map(({ table }) => table);
    if (manifest.way !== 'latest') await requireWholeHistory(pool, tables, earliest);
    if (build.out !== undefined) await requireFolderUnmoved(build.out);
    await publishOutFile(rowsPath(scratch), outFile(build, path, context));
  });
  const { way, differences } = manifest;
  return {
    id,
    trainingSet,
    way,
    path,
    host,
    rows,
    sha256,
    knowledge,
    lookups,
    ...(differences && { differences }),
    notes,
  };
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

function rowsPath(scratch: string): string {
  return join(scratch, 'rows.parquet');
}

function blocksPath(scratch: string): string {
  return join(scratch, 'blocks');
}

function sampleOf(
  { definition }: TrainingSetPlan,
  { given }: LoadedSpine,
): Pick<TrainingSetManifest, 'sample' | 'weight'> {
  const { sample } = definition.spine;
  return sample ? { sample: { ...sample, of: given.rows }, weight: sample.as } : {};
}
