import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { FeatureTableDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { lockTrainingSets } from '../commits/history-lock.ts';
import { keepWritersOut } from '../commits/source-revisions.ts';
import { lockForWriting } from '../commits/table-lock.ts';
import { dropEmptyChunks } from '../sql/chunks.ts';
import { type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { readableUntil } from '../tables/readable-until.ts';
import { ROWS_PER_CHUNK } from './expired-ranges.ts';

/** Counts of the row versions that were superseded before a cutoff. */
export interface OldVersions {
  /** Versions that nothing needs. */
  readonly removable: number;
  /**
   * Versions that a training set was built from, or of whose end no publication has told the online store.
   */
  readonly inUse: number;
  /** The ids of the training sets that were built from some of the versions. */
  readonly trainingSets: readonly string[];
}

/** Counts the row versions of a table that were superseded before a cutoff. */
export async function countOldVersions(
  db: Queryable,
  table: FeatureTableDefinition,
  cutoff: Instant,
): Promise<OldVersions> {
  const { rows } = await db.query<OldVersions>(sql`
    WITH ${oldVersions(table, cutoff)}
    SELECT count(*) FILTER (WHERE NOT is_used)::float8 AS removable, count(*) FILTER (WHERE is_used)::float8 AS "inUse",
           ARRAY(SELECT id FROM used WHERE EXISTS (
             SELECT FROM old WHERE used.sequence >= old.written AND used.sequence < old.superseded
           ) OR EXISTS (
             SELECT FROM old JOIN readable USING (superseded_by) WHERE readable.id = used.id AND old.feature_ts < readable.until
           ) ORDER BY id) AS "trainingSets"
    FROM old`);
  return rows[0]!;
}

/**
 * Removes versions that were superseded before a cutoff and that nothing needs, at most {@link
 * ROWS_PER_CHUNK}, and raises the history floor of the table.
 *
 * @returns the number of removed versions; 0 when none is left.
 */
export async function removeOldVersions(
  pool: Pool,
  table: FeatureTableDefinition,
  cutoff: Instant,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await lockTrainingSets(client, 'exclusive');
    const keys = [...table.primaryKeys, 'feature_ts', 'superseded_by'];
    const isOld = join(
      keys.map((key) => sql`version.${ident(key)} = old.${ident(key)}`),
      ' AND ',
    );
    const { rows } = await client.query<{ removed: number }>(sql`
      WITH ${oldVersions(table, cutoff)},
      gone AS (
        DELETE FROM ${historyOf(table.name)} AS version
        USING (SELECT * FROM old WHERE NOT is_used LIMIT ${ROWS_PER_CHUNK}) AS old WHERE ${isOld} RETURNING old.superseded
      ), floor AS (
        INSERT INTO asof.history_floors AS known (feature_table, removed_through)
        SELECT ${table.name}, max(superseded) FROM gone HAVING count(*) > 0
        ON CONFLICT (feature_table) DO UPDATE SET removed_through = greatest(known.removed_through, excluded.removed_through)
      )
      SELECT count(*)::float8 AS removed FROM gone`);
    return rows[0]!.removed;
  });
}

/** Drops the chunks of the history table that retention has emptied. */
export async function dropEmptyHistoryChunks(
  pool: Pool,
  table: FeatureTableDefinition,
  cutoff: Instant,
): Promise<void> {
  await dropEmptyChunks(pool, historyOf(table.name), cutoff, async (client) => {
    if (table.kind === 'stream_table') return keepWritersOut(client, table.source);
    await lockForWriting(client, featuresOf(table.name));
  });
}

/**
 * The relations `used`, `readable`, `published` and `old`. `used` has the training sets on the table. `readable` has,
 * for those that ask since when a version counts, until when the versions that a write superseded could be read.
 * `published` has the sequence of the last published sync. `old` has the versions that were superseded before the
 * cutoff. A version is used if it was current at the knowledge cut of a training set, if a set asks about a time at
 * which it could be read, or if no publication has told the online store that it was superseded.
 */
function oldVersions({ name, primaryKeys }: FeatureTableDefinition, cutoff: Instant): Sql {
  const columns = join(
    ['feature_ts', 'superseded_by', ...primaryKeys].map((column) => ident('version', column)),
  );
  return sql`
    used AS MATERIALIZED (
      SELECT id, (manifest -> 'knowledge' ->> 'sequence')::bigint AS sequence,
             max((manifest -> 'lastSyncs' ->> (lookup.number - 1)::int)::int) AS last_sync
      FROM asof.training_sets CROSS JOIN LATERAL json_array_elements(manifest -> 'lookups') WITH ORDINALITY AS lookup (counts, number)
      WHERE lookup.counts ->> 'table' = ${name} GROUP BY id
    ), readable AS MATERIALIZED (
      SELECT used.id, superseding.write_id AS superseded_by, ${readableUntil(name, raw('used.last_sync'))} AS until
      FROM asof.writes AS superseding JOIN used ON used.sequence >= superseding.sequence AND used.last_sync IS NOT NULL
      WHERE superseding.known_at < ${toTimestamptz(cutoff)} AND superseding.write_id IN (SELECT superseded_by FROM ${historyOf(name)})
    ), published AS MATERIALIZED (
      SELECT max(sequence) FILTER (WHERE published_at IS NOT NULL) AS sequence FROM asof.online_syncs
      WHERE feature_table = ${name}
    ), old AS MATERIALIZED (
      SELECT ${columns}, written.sequence AS written, superseding.sequence AS superseded,
             EXISTS (SELECT FROM used WHERE used.sequence >= written.sequence AND used.sequence < superseding.sequence)
             OR coalesce(version.feature_ts < needed.until, false)
             OR superseding.sequence > coalesce((SELECT sequence FROM published), superseding.sequence) AS is_used
      FROM ${historyOf(name)} AS version
      JOIN asof.writes AS written ON written.write_id = version.write_id
      JOIN asof.writes AS superseding ON superseding.write_id = version.superseded_by
      LEFT JOIN (SELECT superseded_by, max(until) AS until FROM readable GROUP BY 1) AS needed USING (superseded_by)
      WHERE superseding.known_at < ${toTimestamptz(cutoff)}
    )`;
}
