import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { TrainingSetManifest } from '../../domain/training/manifest.ts';
import { type Client } from '../sql/client.ts';

/**
 * Locks the training sets until commit: `shared` to register one, `exclusive` for retention, which reads them
 * all.
 */
export async function lockTrainingSets(client: Client, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`hashtextextended('asof.training_sets', 0)`;
  await client.query(
    mode === 'shared'
      ? sql`SELECT pg_advisory_xact_lock_shared(${key})`
      : sql`SELECT pg_advisory_xact_lock(${key})`,
  );
}

/**
 * Keeps the row versions that a training set was built from until it is registered. After that, retention
 * finds that it uses them.
 *
 * @throws AsofError `ASOF_HISTORY_REMOVED` (conflict) when retention has removed row versions of its tables
 * that were superseded after its knowledge cut.
 */
export async function holdHistory(
  client: Client,
  { knowledge, lookups }: TrainingSetManifest,
): Promise<void> {
  await lockTrainingSets(client, 'shared');
  const { rows } = await client.query<{ table: string }>(sql`
    SELECT feature_table AS "table" FROM asof.history_floors
    WHERE feature_table = ANY(${lookups.map(({ table }) => table)}) AND removed_through > ${knowledge.sequence}
    ORDER BY 1`);
  if (rows.length === 0) return;
  const tables = rows.map(({ table }) => `history.${table}`).join(', ');
  throw new AsofError(
    'ASOF_HISTORY_REMOVED',
    `while the training set was built, retention removed versions from ${tables} that it may have been built from; it is built again`,
    { details: { tables: rows.map(({ table }) => table) } },
  );
}
