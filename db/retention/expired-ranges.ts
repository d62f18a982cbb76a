import sql, { type Sql, raw } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Client } from '../sql/client.ts';

/** The number of rows that one transaction removes at most. */
export const ROWS_PER_CHUNK = 50_000;

/** The count of a ledger range that removed rows add to. */
export type ExpiryCounter = 'expired' | 'expired_late';

/**
 * A query that counts rows by the range of the ledger in which they lie.
 *
 * @param rows a relation with `kafka_partition`, `kafka_offset` and, for late events, `kafka_index` and the
 * `write_id` that listed them. The ledger does not count the late events that backfills and replays list.
 */
export function countByRange(source: string, counter: ExpiryCounter, rows: Sql): Sql {
  const place =
    counter === 'expired_late'
      ? sql`(SELECT DISTINCT kafka_partition, kafka_offset, kafka_index, write_id FROM ${rows} AS listed)`
      : rows;
  const ofWrite = counter === 'expired_late' ? sql`AND entry.write_id = place.write_id` : sql``;
  return sql`
    SELECT place.kafka_partition, entry.from_offset, count(*) AS rows
    FROM ${place} AS place CROSS JOIN LATERAL (
      SELECT from_offset FROM asof.offset_ledger AS entry
      WHERE entry.source = ${source} AND entry.kafka_partition = place.kafka_partition
        AND from_offset <= kafka_offset AND to_offset > kafka_offset ${ofWrite}
      ORDER BY from_offset DESC LIMIT 1
    ) AS entry
    GROUP BY place.kafka_partition, entry.from_offset`;
}

/**
 * Removes rows, and adds their number to the expired count of each range of the ledger. The caller must hold
 * {@link lockAccounts} of the source.
 *
 * @param deletion a DELETE that returns the columns that {@link countByRange} reads.
 * @returns the number of removed rows.
 * @throws AsofError `ASOF_LEDGER_BROKEN` when a raw event or dead letter lies in no range.
 */
export async function expire(
  client: Client,
  source: string,
  counter: ExpiryCounter,
  deletion: Sql,
): Promise<number> {
  const { rows } = await client.query<{ removed: number; accounted: number }>(sql`
    WITH removed AS (${deletion}),
    gone AS (${countByRange(source, counter, sql`removed`)}),
    changed AS (
      UPDATE asof.offset_ledger AS entry SET ${raw(counter)} = entry.${raw(counter)} + gone.rows
      FROM gone
      WHERE entry.source = ${source} AND entry.kafka_partition = gone.kafka_partition AND entry.from_offset = gone.from_offset
      RETURNING gone.rows
    )
    SELECT (SELECT count(*)::float8 FROM removed) AS removed, (SELECT coalesce(sum(rows), 0)::float8 FROM changed) AS accounted`);
  const { removed, accounted } = rows[0]!;
  if (counter === 'expired_late' || accounted === removed) return removed;
  throw new AsofError(
    'ASOF_LEDGER_BROKEN',
    `${removed - accounted} rows of '${source}' that retention would remove lie in no range of the offset ledger; they were left. See what else is wrong with: npx asof stream check ${source}`,
    { details: { source } },
  );
}
