import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { readCursors } from '../log/cursors.ts';
import { assignExcluded } from '../sql/bulk-insert.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents, referenceOf } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import type { OffsetsSeen } from './batch-query.ts';
import type { Batch } from './load-batch.ts';

/** What a batch run reads. */
export interface BatchInputs {
  readonly offsetsSeen: OffsetsSeen;
  /** The sequence up to which the reference tables are seen; later writes may be seen too. */
  readonly sequenceSeen: string;
}

/** What a batch run that starts now reads. */
export async function readBatchInputs(client: Client, { source }: Batch): Promise<BatchInputs> {
  const { rows } = await client.query<{ sequence: string }>(
    'SELECT coalesce(max(sequence), 0) AS sequence FROM asof.writes',
  );
  const cursors = await readCursors(client, source.name);
  return {
    offsetsSeen: new Map(cursors.map(({ partition, nextOffset }) => [partition, nextOffset])),
    sequenceSeen: rows[0]!.sequence,
  };
}

/** The computation of a batch table for one logical time, and the write that stored its rows. */
export interface BatchRun {
  readonly table: string;
  readonly at: Instant;
  readonly inputs: BatchInputs;
  readonly rows: number;
  readonly writeId: string;
}

/** Records the run of a logical time, in place of an earlier one. */
export async function recordBatchRun(client: Client, run: BatchRun): Promise<void> {
  const { table, at, inputs, rows, writeId } = run;
  const { offsetsSeen, sequenceSeen } = inputs;
  const through = `{${[...offsetsSeen].map(([partition, offset]) => `"${partition}":${offset}`).join(',')}}`;
  await client.query(sql`
    INSERT INTO asof.batch_runs (feature_table, logical_time, rows, events_through, sequence_seen, write_id)
    VALUES (${table}, ${toTimestamptz(at)}, ${rows}, ${through}, ${sequenceSeen}, ${writeId})
    ON CONFLICT (feature_table, logical_time) DO UPDATE
    SET ${assignExcluded(['rows', 'events_through', 'sequence_seen', 'write_id'])}`);
}

/** Whether a logical time lies before the batch table was first applied, so that nobody could compute it in time. */
export async function precedesTable(db: Queryable, table: string, at: Instant): Promise<boolean> {
  const { rows } = await db.query(sql`
    SELECT FROM asof.definitions
    WHERE kind = 'batch_table' AND name = ${table} AND removed_at IS NULL HAVING ${toTimestamptz(at)} < min(applied_at)`);
  return rows.length > 0;
}

/**
 * The logical times whose rows are up to date. Since their runs, no event with an earlier event time has been
 * read or replayed, and no reference row that is valid at the time has been written. (The query of a table
 * never changes; see `apply`.)
 */
export async function timesUpToDate(
  db: Queryable,
  { table, source, references }: Batch,
  times: readonly Instant[],
): Promise<Set<Instant>> {
  const { rows } = await db.query<{ time: string }>(sql`
    WITH run AS (
      SELECT * FROM asof.batch_runs
      WHERE feature_table = ${table.name} AND logical_time = ANY(${times.map(toTimestamptz)}::timestamptz[])
    ), reading AS MATERIALIZED (
      SELECT events_through, (
        SELECT min(${ident(source.eventTime)}) FROM ${rawEvents(source)}
        WHERE kafka_offset >= coalesce((events_through ->> kafka_partition::text)::bigint, 0)
      ) AS first_unseen
      FROM (SELECT DISTINCT events_through FROM run) AS distinct_run
    ), rewritten AS MATERIALIZED (${join([firstOfEachReplay(source), ...references.map(({ name }) => firstOfEachWrite(name))], ' UNION ALL ')})
    SELECT ${raw(microsExpression('logical_time'))} AS time FROM run JOIN reading USING (events_through)
    WHERE coalesce(first_unseen >= logical_time, true)
      AND NOT EXISTS (SELECT FROM rewritten WHERE sequence > sequence_seen AND valid_from <= logical_time)`);
  return new Set(rows.map(({ time }) => BigInt(time)));
}

/**
 * For each replay: its sequence, and the earliest event time of the dead letters that it made raw events.
 * Their offsets were seen before.
 */
function firstOfEachReplay(source: EventSourceDefinition): Sql {
  return sql`
    SELECT sequence, min(${ident(source.eventTime)}) AS valid_from
    FROM ${rawEvents(source)} JOIN asof.writes USING (write_id)
    WHERE kind = 'replay' AND subject = ${source.name} GROUP BY sequence`;
}

/** For each write of a reference table: its sequence, and the earliest `valid_from` of its rows. */
function firstOfEachWrite(name: string): Sql {
  return sql`
    SELECT sequence, min(valid_from) FROM ${referenceOf(name)} JOIN asof.writes USING (write_id) GROUP BY sequence`;
}
