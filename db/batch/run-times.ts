import sql from 'sql-template-tag';
import type { Queryable } from '../sql/client.ts';

/** What has been computed of a batch table, and how long a logical time took. */
export interface RunRecord {
  readonly logicalTimes: number;
  readonly rows: number;
  /**
   * The seconds from one run to the next where they came back to back, within an hour of each other: the median. Null:
   * none did.
   */
  readonly secondsEach: number | null;
}

/** What the runs of a batch table say of it. */
export async function readRunRecord(db: Queryable, table: string): Promise<RunRecord> {
  const { rows } = await db.query<RunRecord>(sql`
    WITH run AS (
      SELECT run.rows, extract(epoch FROM known_at - lag(known_at) OVER (ORDER BY sequence)) AS seconds
      FROM asof.batch_runs AS run JOIN asof.writes USING (write_id) WHERE feature_table = ${table}
    )
    SELECT count(*)::float8 AS "logicalTimes", coalesce(sum(rows), 0)::float8 AS rows,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE seconds < 3600)::float8 AS "secondsEach"
    FROM run`);
  return rows[0]!;
}
