import sql, { type Sql, join } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { lockAccounts } from '../commits/ledger-lock.ts';
import { type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { countByRange } from './expired-ranges.ts';
import { type ExpiringRows, rowsBefore } from './source.ts';

/**
 * The cutoffs before which rows are about to be removed. With them, a dry run counts these rows as expired.
 */
export type PendingCutoffs = ReadonlyMap<ExpiringRows, Instant>;

/**
 * Joins consecutive ranges of the ledger that were written before a cutoff and have no rows left. One range
 * with the sums of their counts replaces them.
 *
 * @returns by how many ranges the ledger is shorter.
 */
export async function joinExpiredRanges(
  pool: Pool,
  source: EventSourceDefinition,
  cutoff: Instant,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await lockAccounts(client, source.name);
    const { rows } = await client.query<{ fewer: number }>(sql`
      WITH ${stretches(source, cutoff, new Map())},
      gone AS (
        DELETE FROM asof.offset_ledger AS entry USING stretch
        WHERE entry.source = ${source.name} AND entry.kafka_partition = stretch.kafka_partition
          AND entry.from_offset > stretch.from_offset AND entry.to_offset <= stretch.to_offset
        RETURNING 1
      ), joined AS (
        UPDATE asof.offset_ledger AS entry
        SET to_offset = stretch.to_offset, raw = stretch.raw, duplicates = stretch.duplicates,
            dead_letters = stretch.dead_letters, skipped = stretch.skipped, filtered = stretch.filtered,
            tombstones = stretch.tombstones, extra_places = stretch.extra_places,
            empty_lists = stretch.empty_lists, invalid_fields = stretch.invalid_fields, lost = stretch.lost, late = stretch.late,
            expired = stretch.expired, expired_late = stretch.expired_late, write_id = stretch.write_id
        FROM stretch
        WHERE entry.source = ${source.name} AND entry.kafka_partition = stretch.kafka_partition
          AND entry.from_offset = stretch.from_offset
      )
      SELECT count(*)::float8 AS fewer FROM gone`);
    return rows[0]!.fewer;
  });
}

/**
 * By how many ranges {@link joinExpiredRanges} would shorten the ledger once the pending rows are removed.
 */
export async function countJoinable(
  db: Queryable,
  source: EventSourceDefinition,
  cutoff: Instant,
  pending: PendingCutoffs,
): Promise<number> {
  const { rows } = await db.query<{ fewer: number }>(sql`
    WITH ${stretches(source, cutoff, pending)}
    SELECT coalesce(sum(ranges - 1), 0)::float8 AS fewer FROM stretch`);
  return rows[0]!.fewer;
}

/**
 * The relation `stretch`: runs of two or more consecutive ranges that can be joined, each with the sums of
 * its counts.
 */
function stretches(source: EventSourceDefinition, cutoff: Instant, pending: PendingCutoffs): Sql {
  return sql`
    pending AS (
      SELECT kafka_partition, from_offset, sum(rows) AS rows, sum(late) AS late
      FROM (${pendingRows(source, pending)}) AS either GROUP BY kafka_partition, from_offset
    ), entry AS (
      SELECT ledger.*,
             raw + dead_letters = expired + coalesce(pending.rows, 0)
             AND ledger.late = expired_late + coalesce(pending.late, 0) AND write.known_at < ${toTimestamptz(cutoff)} AS is_old
      FROM asof.offset_ledger AS ledger
      JOIN asof.writes AS write USING (write_id)
      LEFT JOIN pending USING (kafka_partition, from_offset)
      WHERE ledger.source = ${source.name}
    ), chained AS (
      SELECT *, is_old AND coalesce(lag(is_old) OVER in_order AND lag(to_offset) OVER in_order = from_offset, false) AS goes_on
      FROM entry WINDOW in_order AS (PARTITION BY kafka_partition ORDER BY from_offset)
    ), numbered AS (
      SELECT *, count(*) FILTER (WHERE NOT goes_on) OVER (PARTITION BY kafka_partition ORDER BY from_offset) AS number
      FROM chained
    ), stretch AS (
      SELECT kafka_partition, min(from_offset) AS from_offset, max(to_offset) AS to_offset, count(*) AS ranges,
             sum(raw) AS raw, sum(duplicates) AS duplicates, sum(dead_letters) AS dead_letters, sum(skipped) AS skipped,
             sum(filtered) AS filtered, sum(tombstones) AS tombstones, sum(extra_places) AS extra_places,
             sum(empty_lists) AS empty_lists, asof.sum_by_name(array_agg(invalid_fields)) AS invalid_fields,
             sum(lost) AS lost, sum(late) AS late, sum(expired) AS expired, sum(expired_late) AS expired_late,
             (array_agg(write_id ORDER BY from_offset DESC))[1] AS write_id
      FROM numbered WHERE is_old GROUP BY kafka_partition, number HAVING count(*) > 1
    )`;
}

/** A query for the number of pending rows by range of the ledger. */
function pendingRows(source: EventSourceDefinition, pending: PendingCutoffs): Sql {
  const none = sql`SELECT NULL::integer AS kafka_partition, NULL::bigint AS from_offset, 0 AS rows, 0 AS late WHERE false`;
  const counts = [...pending].map(([rows, cutoff]) => {
    const [counter, columns] =
      rows === 'lateEvents'
        ? (['expired_late', sql`0, counted.rows`] as const)
        : (['expired', sql`counted.rows, 0`] as const);
    return sql`
      SELECT kafka_partition, from_offset, ${columns}
      FROM (${countByRange(source.name, counter, rowsBefore(source, rows, cutoff))}) AS counted`;
  });
  return join([none, ...counts], ' UNION ALL ');
}
