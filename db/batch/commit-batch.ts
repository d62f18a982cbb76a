import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../domain/time/instant.ts';
import { lockForWriting } from '../commits/table-lock.ts';
import { beginWrite, sealWrite } from '../commits/writes.ts';
import { assignExcluded } from '../sql/bulk-insert.ts';
import { type Client, type Pool, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { differs } from '../tables/feature-rows.ts';
import { batchQuery } from './batch-query.ts';
import { readBatchInputs, recordBatchRun } from './batch-runs.ts';
import { refuseLongKeys } from './check-batch-query.ts';
import type { Batch } from './load-batch.ts';
import { COMPUTED, computeRows } from './queries/compute-rows.ts';
import { queryProblem } from './queries/query-problems.ts';
import { requireRetained } from './retained-events.ts';
import { type UnfitNumber, numberRefused, unfitNumber } from './unfit-numbers.ts';

export interface BatchCounts {
  /** The number of rows of the logical time. */
  readonly rows: number;
  /** The number of new, changed or removed rows. */
  readonly changed: number;
}

/**
 * Computes a batch table as of a logical time, from the events read so far and the current reference tables.
 * A role of its own runs the query. The result replaces the rows of that time, in one transaction and one
 * statement. A row that changes, or that the query no longer gives, leaves its previous version in the history
 * table.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query fails, or gives a key twice, a null key or a key
 * that is too long; `ASOF_NUMBER_UNFIT` when a feature is infinite, NaN, or too great a whole number;
 * `ASOF_BELOW_RETENTION` when retention may have removed an event that it would see.
 */
export async function commitBatch(pool: Pool, batch: Batch, at: Instant): Promise<BatchCounts> {
  const { table } = batch;
  return inTransaction(pool, async (client) => {
    await lockForWriting(client, featuresOf(table.name));
    const inputs = await readBatchInputs(client, batch);
    const writeId = await beginWrite(client);
    const failure = `its query fails as of ${toTimestamptz(at)}`;
    await computeRows({ pool, client }, table, batchQuery(batch, at, inputs.offsetsSeen), failure);
    const counts = await replaceRows({ client, table, at, writeId }).catch((error: unknown) => {
      throw queryProblem(error, table, failure);
    });
    await refuseLongKeys(client, table, at);
    await requireRetained(client, batch, at);
    await recordBatchRun(client, { table: table.name, at, inputs, rows: counts.rows, writeId });
    await sealWrite(client, writeId, 'batch', table.name);
    return counts;
  });
}

/** A write of a batch table's rows of one logical time, in an open transaction. */
interface BatchWrite {
  readonly client: Client;
  readonly table: BatchTableDefinition;
  readonly at: Instant;
  readonly writeId: string;
}

/** Makes the computed rows those of the logical time. */
async function replaceRows({ client, table, at, writeId }: BatchWrite): Promise<BatchCounts> {
  const { name, primaryKeys, features } = table;
  const featureNames = features.map((feature) => feature.name);
  const given = [...primaryKeys, ...featureNames];
  const time = sql`${toTimestamptz(at)}::timestamptz`;
  const write = sql`${writeId}::bigint`;
  const columns = names([...given, 'feature_ts', 'write_id']);
  const isSame = join(
    primaryKeys.map((key) => sql`stored.${ident(key)} = incoming.${ident(key)}`),
    ' AND ',
  );
  const { rows } = await client.query<BatchCounts & { readonly unfit: UnfitNumber | null }>(sql`
    WITH incoming AS MATERIALIZED (SELECT ${names(given)}, ${time} AS feature_ts, ${write} AS write_id FROM ${COMPUTED}),
    stored AS MATERIALIZED (SELECT ${columns} FROM ${featuresOf(name)} WHERE feature_ts = ${time}),
    superseded AS (
      INSERT INTO ${historyOf(name)} (${columns}, superseded_by)
      SELECT stored.*, ${write} FROM stored LEFT JOIN incoming ON ${isSame}
      WHERE incoming.write_id IS NULL OR ${differs('stored', 'incoming', featureNames)}
    ), gone AS (
      DELETE FROM ${featuresOf(name)} AS stored
      WHERE feature_ts = ${time} AND NOT EXISTS (SELECT FROM incoming WHERE ${isSame}) RETURNING 1
    ), written AS (
      INSERT INTO ${featuresOf(name)} AS stored (${columns}) SELECT ${columns} FROM incoming
      ON CONFLICT (${names([...primaryKeys, 'feature_ts'])}) DO UPDATE
      SET ${assignExcluded([...featureNames, 'write_id'])} WHERE ${differs('stored', 'excluded', featureNames)}
      RETURNING 1
    )
    SELECT (SELECT count(*)::float8 FROM incoming) AS rows,
           (SELECT count(*)::float8 FROM (TABLE written UNION ALL TABLE gone) AS either) AS changed,
           ${unfitNumber(table, raw('incoming'))} AS unfit`);
  const { unfit, ...counts } = rows[0]!;
  if (unfit) throw numberRefused(table, unfit, formatInstant(at));
  return counts;
}

function names(columns: readonly string[]): Sql {
  return join(columns.map((column) => ident(column)));
}
