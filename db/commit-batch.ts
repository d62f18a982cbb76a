import sql, { join, type Sql } from 'sql-template-tag';
import type { BatchTableDefinition } from '../domain/definition.ts';
import { formatInstant, type Instant } from '../domain/instant.ts';
import { queryProblem } from './batch-check.ts';
import { batchQuery } from './batch-query.ts';
import type { Batch } from './batch-registry.ts';
import { readBatchInputs, recordBatchRun } from './batch-runs.ts';
import { assignExcluded } from './bulk-insert.ts';
import { inTransaction, type Client, type Pool } from './client.ts';
import { differs } from './feature-rows.ts';
import { ident } from './identifier.ts';
import { featuresOf, historyOf } from './relations.ts';
import { requireAboveFloor } from './retention-floors.ts';
import { toTimestamptz } from './timestamp.ts';
import { beginWrite, sealWrite } from './writes.ts';

export interface BatchCounts {
  /** Rows that the logical time has. */
  readonly rows: number;
  /** Rows that are new, changed or gone. */
  readonly changed: number;
}

/**
 * Computes a batch table as of a logical time, from the events read so far and the reference tables as they are, and
 * makes the result the table's rows of that time: in one transaction, and one statement for all rows. A row that
 * changes, or that the query no longer gives, leaves its old version in the history table.
 *
 * @throws AsofError `ASOF_BATCH_QUERY_INVALID` when the query fails, or gives a key twice or none; `ASOF_BELOW_RETENTION`
 * when retention has removed all events that it would see.
 */
export async function commitBatch(pool: Pool, batch: Batch, at: Instant): Promise<BatchCounts> {
  const { table } = batch;
  return inTransaction(pool, async (client) => {
    await lockForWriting(client, table.name);
    const inputs = await readBatchInputs(client, batch);
    const writeId = await beginWrite(client);
    const query = batchQuery(batch, at, inputs.offsetsSeen);
    const counts = await replaceRows(client, table, at, query, writeId).catch((error: unknown) => {
      throw queryProblem(error, table, `its query fails as of ${toTimestamptz(at)}`);
    });
    await requireAboveFloor(
      client,
      table.source,
      at - 1n,
      `features.${table.name} as of ${formatInstant(at)}`,
    );
    await recordBatchRun(client, batch, at, inputs, counts.rows, writeId);
    await sealWrite(client, writeId, 'batch', table.name);
    return counts;
  });
}

/** One writer of a batch table at a time, until its transaction ends; whoever reads is not held up. */
export async function lockForWriting(client: Client, table: string): Promise<void> {
  await client.query(sql`LOCK TABLE ${featuresOf(table)} IN SHARE ROW EXCLUSIVE MODE`);
}

async function replaceRows(
  client: Client,
  { name, primaryKeys, features }: BatchTableDefinition,
  at: Instant,
  query: Sql,
  writeId: string,
): Promise<BatchCounts> {
  const featureNames = features.map((feature) => feature.name);
  const given = [...primaryKeys, ...featureNames];
  const time = sql`${toTimestamptz(at)}::timestamptz`;
  const write = sql`${writeId}::bigint`;
  const columns = names([...given, 'feature_ts', 'write_id']);
  const isSame = join(
    primaryKeys.map((key) => sql`stored.${ident(key)} = incoming.${ident(key)}`),
    ' AND ',
  );
  const { rows } = await client.query<BatchCounts>(sql`
    WITH incoming AS MATERIALIZED (SELECT ${names(given)}, ${time} AS feature_ts, ${write} AS write_id FROM (${query}) AS query),
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
           (SELECT count(*)::float8 FROM (TABLE written UNION ALL TABLE gone) AS either) AS changed`);
  return rows[0]!;
}

function names(columns: readonly string[]): Sql {
  return join(columns.map((column) => ident(column)));
}
