import sql, { type Sql, join, raw } from 'sql-template-tag';
import type {
  BatchTableDefinition,
  QueriedBatchTable,
  TiledBatchTable,
} from '../../domain/registry/definition.ts';
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
import { type BatchInputs, precedesTable, readBatchInputs, recordBatchRun } from './batch-runs.ts';
import { refuseLongKeys } from './check-batch-query.ts';
import { COMPUTED } from './computed-rows.ts';
import { type Batch, isQueriedBatch, isTiledBatch } from './load-batch.ts';
import { computeRows } from './queries/compute-rows.ts';
import { queryProblem } from './queries/query-problems.ts';
import { requireRetained } from './retained-events.ts';
import { listEventDays } from './tiles/list-event-days.ts';
import { type OnTile, mergeRows } from './tiles/merge-rows.ts';
import { type UnfitNumber, numberRefused, unfitNumber } from './unfit-numbers.ts';

export interface BatchCounts {
  /** The number of rows of the logical time. */
  readonly rows: number;
  /** The number of new, changed or removed rows. */
  readonly changed: number;
}

/**
 * Computes a batch table as of a logical time, from the events read so far and the current reference tables:
 * from day tiles, or by its query, which a role of its own runs. The result replaces the rows of that time, in
 * one transaction and one statement. A row that changes, or that is not computed any more, leaves its previous
 * version in the history table.
 *
 * @param onTile called with each tile that is made.
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query fails, or gives a key twice, a null key or a key
 * that is too long; `ASOF_NUMBER_UNFIT` when a feature is infinite, NaN, or too great a whole number;
 * `ASOF_BELOW_RETENTION` when retention may have removed an event that it would see.
 */
export async function commitBatch(
  pool: Pool,
  batch: Batch,
  at: Instant,
  onTile: OnTile = () => {},
): Promise<BatchCounts> {
  const { table } = batch;
  if (isTiledBatch(batch)) await listEventDays(pool, batch.source);
  return inTransaction(pool, async (client) => {
    await lockForWriting(client, featuresOf(table.name));
    const inputs = await readBatchInputs(client, batch);
    const writeId = await beginWrite(client);
    const write = { client, table, at, writeId };
    const counts = isQueriedBatch(batch)
      ? await queryRows(pool, write, batch, inputs)
      : await mergedRows(write, batch as Batch<TiledBatchTable>, inputs, onTile);
    await recordBatchRun(client, { table: table.name, at, inputs, rows: counts.rows, writeId });
    await sealWrite(client, writeId, {
      kind: 'batch',
      subject: table.name,
      isHistory: await precedesTable(client, table.name, at),
    });
    return counts;
  });
}

async function queryRows(
  pool: Pool,
  write: BatchWrite,
  batch: Batch<QueriedBatchTable>,
  { offsetsSeen }: BatchInputs,
): Promise<BatchCounts> {
  const { client, table, at } = write;
  const failure = `its query fails as of ${toTimestamptz(at)}`;
  await computeRows({ pool, client }, table, batchQuery(batch, at, offsetsSeen), failure);
  const counts = await replaceRows(write).catch((error: unknown) => {
    throw queryProblem(error, table, failure);
  });
  await refuseLongKeys(client, table, at);
  await requireRetained(client, batch, at);
  return counts;
}

async function mergedRows(
  write: BatchWrite,
  batch: Batch<TiledBatchTable>,
  inputs: BatchInputs,
  onTile: OnTile,
): Promise<BatchCounts> {
  await mergeRows(write.client, batch, write.at, { inputs, onTile });
  return replaceRows(write);
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
