import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';
import type { HashedBlock } from '../../domain/training/canonical-columns.ts';
import type { TrainingSetManifest } from '../../domain/training/manifest.ts';
import type { ColumnStatistics } from '../../domain/training/statistics.ts';
import { holdHistory } from '../commits/history-lock.ts';
import { expectNotRemoved } from '../registry/removals.ts';
import { inTransaction } from '../sql/client.ts';
import type { Pool, Queryable } from '../sql/client.ts';
import { recordStatistics } from './statistics.ts';
import { insertBlocks } from './training-set-blocks.ts';

/**
 * The id of a training set, made from its content. Equal rows from the same spine and the same definitions
 * give the same id, whenever the training set was built and whatever was written later.
 */
export function trainingSetId(manifest: TrainingSetManifest): string {
  const { format, trainingSet, way, spine, definitions, schema, rows, sha256 } = manifest;
  const content = {
    format,
    trainingSet,
    way,
    spine: { columns: spine.columns, sha256: spine.sha256 },
    definitions: definitions.map(({ kind, name, sha256 }) => ({ kind, name, sha256 })),
    schema,
    rows,
    sha256,
  };
  return `ts_${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)}`;
}

/** A training set that a build has made. */
interface MadeTrainingSet extends Pick<StoredTrainingSet, 'id' | 'manifest' | 'path' | 'host'> {
  readonly statistics: readonly ColumnStatistics[];
}

/**
 * Registers a training set with its statistics and the hashes of its rows, and publishes its file, in one transaction. If the id
 * is registered already, the manifest stays: its knowledge cut and its hashes hold for the same rows.
 *
 * @param blocks the hashes of the rows, block by block.
 * @param publish moves the rows to `path`. It runs last, so that no file exists without its record.
 * @throws AsofError `ASOF_HISTORY_REMOVED` (conflict) when retention has removed row versions that the
 * training set was built from; `ASOF_DEFINITIONS_CHANGED` (conflict) when a definition was removed meanwhile.
 */
export async function recordTrainingSet(
  pool: Pool,
  { id, manifest, statistics, path, host }: MadeTrainingSet,
  blocks: AsyncIterable<HashedBlock>,
  publish: () => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await holdHistory(client, manifest);
    await expectNotRemoved(client, manifest.definitions);
    const { rows } = await client.query<{ inserted: boolean }>(sql`
      INSERT INTO asof.training_sets (id, name, manifest, rows, sha256, path, host)
      VALUES (${id}, ${manifest.trainingSet}, ${JSON.stringify(manifest)}, ${manifest.rows}, ${manifest.sha256}, ${path}, ${host})
      ON CONFLICT (id) DO UPDATE SET path = excluded.path, host = excluded.host
      RETURNING (xmax = 0) AS inserted`);
    if (rows[0]!.inserted) await insertBlocks(client, id, blocks);
    await recordStatistics(client, id, statistics);
    await publish();
  });
}

/** A built training set as the database has it. */
export interface StoredTrainingSet {
  readonly id: string;
  readonly name: string;
  readonly manifest: TrainingSetManifest;
  readonly rows: number;
  readonly sha256: string;
  readonly path: string;
  /** The host on which `path` is. Null if it was written before hosts were told apart. */
  readonly host: string | null;
}

/** @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`. */
export async function requireTrainingSet(db: Queryable, id: string): Promise<StoredTrainingSet> {
  const set = await findTrainingSet(db, id);
  if (set) return set;
  throw new AsofError(
    'ASOF_TRAINING_SET_UNKNOWN',
    `there is no training set ${quoted(id)}; give the id that a build answered with, as training-set list shows it`,
    { details: { id } },
  );
}

/** A built training set by its id; undefined if there is none. */
export async function findTrainingSet(db: Queryable, id: string): Promise<StoredTrainingSet | undefined> {
  const { rows } = await db.query<StoredTrainingSet>(sql`
    SELECT id, name, manifest, rows::float8 AS rows, sha256, path, host FROM asof.training_sets WHERE id = ${id}`);
  return rows[0];
}
