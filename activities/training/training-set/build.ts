import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { joinAsOf, writeWantedKeys } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import { readParquet, trainingSetColumns, writeParquet } from '../../../adapters/duckdb/training-set-file.ts';
import { readSpine } from '../../../adapters/files/read-spine-csv.ts';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import type { Client, Pool } from '../../../db/sql/client.ts';
import { exportFeatures } from '../../../db/training/export-features.ts';
import { type TrainingSetPlan, loadTrainingSet } from '../../../db/training/load-training-set.ts';
import { recordTrainingSet, trainingSetId } from '../../../db/training/training-sets.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { LookupCounts, TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type {
  BuildTrainingSetInput,
  TrainingSetReceipt,
} from '../../../schemas/workflows/build-training-set.ts';
import { reportAlive } from '../../shared/progress.ts';
import { hashRows } from './hash-rows.ts';
import { type LoadedSpine, loadSpine } from './load-spine.ts';

/** What a build needs besides its input. */
export interface BuildContext {
  readonly pool: Pool;
  /** A folder on the disk of `out`, for this attempt alone. */
  readonly scratch: string;
  readonly report: (step: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds a training set: loads the spine into DuckDB; exports from Postgres, in one snapshot, the rows that
 * each lookup may find; joins them; and writes Parquet. Never holds all rows in memory. The file and its
 * record appear together at the end. Before that there is only the scratch folder, which is deleted in any
 * case.
 */
export async function buildTrainingSet(
  { trainingSet, spine: spinePath, out }: BuildTrainingSetInput,
  { pool, scratch, report, signal }: BuildContext,
): Promise<TrainingSetReceipt> {
  return withDuckDb(
    scratch,
    async (connection) => {
      const { plan, knowledge, spine, lookups } = await atKnowledgeCut(pool, async (client, knowledge) => {
        const plan = await loadTrainingSet(client, trainingSet);
        const spine = await loadSpine(connection, readSpine(spinePath, plan.definition, signal), (rows) =>
          report(`spine: ${rows} rows`),
        );
        const lookups = await lookUpAll({ connection, client }, plan.lookups, spine, {
          scratch,
          report,
          signal,
        });
        return { plan, knowledge, spine, lookups };
      });
      const rowsPath = join(scratch, 'rows.parquet');
      const hashesPath = join(scratch, 'hashes');
      const schema = trainingSetColumns(spine.columns, spine.labelType, plan.lookups);
      report('writing Parquet');
      await writeParquet(connection, schema, plan.lookups, rowsPath);
      const salt = randomBytes(16).toString('hex');
      const hashed = await hashRows(readParquet(connection, schema, rowsPath), salt, hashesPath, (rows) =>
        report(`hashing: ${rows} of ${spine.rows} rows`),
      );
      const manifest: TrainingSetManifest = {
        format: 1,
        trainingSet,
        way: 'latest',
        spine: spineOf(spine, spinePath),
        split: splitOf(plan, spine),
        definitions: plan.references,
        knowledge,
        lookups,
        schema,
        ...hashed,
        salt,
      };
      const id = trainingSetId(manifest);
      signal.throwIfAborted();
      report('registering');
      await recordTrainingSet(pool, { id, manifest, path: out }, hashesPath, () => rename(rowsPath, out));
      return { id, trainingSet, path: out, ...hashed, knowledge, lookups };
    },
    { signal, onProgress: reportAlive },
  );
}

/** Joins the spine with each feature table, and counts the spine rows for which a row was found. */
async function lookUpAll(
  { connection, client }: { readonly connection: DuckDb; readonly client: Client },
  plans: readonly LookupPlan[],
  { columns, rows }: LoadedSpine,
  { scratch, report, signal }: Omit<BuildContext, 'pool'>,
): Promise<LookupCounts[]> {
  const counts: LookupCounts[] = [];
  for (const [index, plan] of plans.entries()) {
    const at = `look-up ${index + 1} of ${plans.length} in ${plan.table}`;
    const wantedPath = join(scratch, `wanted-${index}.csv`);
    const featuresPath = join(scratch, `features-${index}.csv`);
    report(`${at}: reading`);
    await writeWantedKeys(connection, plan, columns, wantedPath);
    const candidates = await exportFeatures(client, plan, { wantedPath, rowsPath: featuresPath, signal });
    report(`${at}: joining ${candidates} feature rows`);
    const found = await joinAsOf(connection, { index, plan, columns, path: featuresPath });
    counts.push({ table: plan.table, found, notFound: rows - found });
  }
  return counts;
}

function spineOf({ columns, sha256 }: LoadedSpine, path: string): TrainingSetManifest['spine'] {
  return { path, columns: columns.map(({ name }) => name), sha256 };
}

function splitOf({ definition }: TrainingSetPlan, { splitRows }: LoadedSpine): TrainingSetManifest['split'] {
  const column = definition.spine.split;
  return column === null || splitRows === null ? null : { column, rows: splitRows };
}
