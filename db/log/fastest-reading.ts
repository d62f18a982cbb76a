import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

/** How many raw events a source has, and how fast its stream has been. */
export interface ReadingRecord {
  /** The raw events that were committed, but for duplicates. Retention may have removed some. */
  readonly rawEvents: number;
  /** The records a second that were committed in the fastest ten seconds of the last 10,000 writes. Null: there are none. */
  readonly perSecond: number | null;
}

/** What the ledger says of the reading of a source. */
export async function readReadingRecord(db: Queryable, source: string): Promise<ReadingRecord> {
  const { rows } = await db.query<ReadingRecord>(sql`
    WITH recent AS MATERIALIZED (
      SELECT write_id, known_at FROM asof.writes
      WHERE kind = 'stream' AND subject = ${source} ORDER BY sequence DESC LIMIT 10000
    ), busiest AS (
      SELECT sum(raw + dead_letters + skipped)::float8 / 10 AS per_second
      FROM asof.offset_ledger JOIN recent USING (write_id)
      WHERE source = ${source} GROUP BY floor(extract(epoch FROM known_at) / 10)
    )
    SELECT coalesce((SELECT sum(raw - duplicates) FROM asof.offset_ledger WHERE source = ${source}), 0)::float8 AS "rawEvents",
           (SELECT max(per_second) FROM busiest WHERE per_second > 0) AS "perSecond"`);
  return rows[0]!;
}
