import type { Pool } from '../../../db/sql/client.ts';
import { microsExpression } from '../../../db/sql/timestamp.ts';
import type { OraclePlace } from '../../oracle/log.ts';
import { type Oracle, windowKey } from '../../oracle/oracle.ts';
import type { OracleWindowRow } from '../../oracle/windows.ts';

/**
 * Reads every row of a table that has the features of `user_activity_features`, in the form of the oracle, by
 * {@link windowKey}.
 */
export async function readWindows(
  pool: Pool,
  table = 'user_activity_features',
): Promise<Map<string, OracleWindowRow>> {
  const { rows } = await pool.query<Record<keyof OracleWindowRow, string | number | null>>(`
    SELECT user_id, ${microsExpression('window_start')} AS window_start, ${microsExpression('window_end')} AS window_end,
           ${microsExpression('feature_ts')} AS feature_ts, event_count_1h::int, revenue_1h, session_count_1h::int,
           unique_products_1h::int, purchase_count_1h::int, last_platform, conversion_rate_1h, avg_revenue_per_purchase_1h
    FROM features.${table}`);
  return new Map(
    rows.map((row) => {
      const [window_start, window_end, feature_ts] = [row.window_start, row.window_end, row.feature_ts].map(
        (micros) => BigInt(micros!),
      );
      const window = { ...row, window_start, window_end, feature_ts } as OracleWindowRow;
      return [windowKey(window.user_id, window.window_end), window];
    }),
  );
}

/** Describes how the stored rows differ from the oracle's; empty if all rows are equal. */
export function windowDifferences(
  stored: ReadonlyMap<string, OracleWindowRow>,
  { windows }: Oracle,
): string[] {
  const differences: string[] = [];
  for (const [key, expected] of windows) {
    const row = stored.get(key);
    if (!row) differences.push(`missing: ${show(expected)}`);
    else if (show(row) !== show(expected))
      differences.push(`expected ${show(expected)}\n     got ${show(row)}`);
  }
  for (const [key, row] of stored) if (!windows.has(key)) differences.push(`too many: ${show(row)}`);
  return differences;
}

function show(row: OracleWindowRow): string {
  const columns = Object.keys(row).sort() as (keyof OracleWindowRow)[];
  return JSON.stringify(
    columns.map((column) => [column, row[column]]),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

/** Reads every raw event in all its columns, in the form of {@link showRaw}; sorted, repeats included. */
export async function readRaw(pool: Pool, source: string): Promise<string[]> {
  const table = source.replaceAll('-', '_');
  const { rows: columns } = await pool.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'events' AND table_name = $1 AND column_name <> 'write_id'`,
    [table],
  );
  const selected = columns.map(({ name, type }) =>
    type === 'timestamp with time zone' ? `${microsExpression(`"${name}"`)} AS "${name}"` : `"${name}"`,
  );
  const { rows } = await pool.query<object>(`SELECT ${selected.join()} FROM events."${table}"`);
  return rows.map(showRaw).sort();
}

/**
 * A raw event as text: its place and its columns, and the names of the fields that did not fit. Null columns
 * are left out, because the oracle does not have columns that the source gained later.
 */
export function showRaw(event: object): string {
  const { kafka_partition, kafka_offset, invalid_fields, ...columns } = event as Record<string, unknown>;
  const invalid = Array.isArray(invalid_fields) ? invalid_fields : Object.keys(invalid_fields ?? {});
  const shown = { ...columns, invalid: invalid.length > 0 ? invalid.sort().join() : null };
  const present = Object.entries(shown).filter(([, value]) => value !== null);
  const texts = present.map(([column, value]) => [column, String(value)]).sort();
  return `${String(kafka_partition)}/${String(kafka_offset)} ${JSON.stringify(Object.fromEntries(texts))}`;
}

/** Reads every dead letter of a source, in the form of {@link showDeadLetter}; sorted, repeats included. */
export async function readDeadLetters(pool: Pool, source: string): Promise<string[]> {
  const { rows } = await pool.query<{
    partition: number;
    offset: string;
    index: number | null;
    kafkaTs: string | null;
    value: Buffer | null;
  }>(
    `SELECT kafka_partition AS partition, kafka_offset AS offset, CASE WHEN is_element THEN kafka_index END AS index,
            ${microsExpression('kafka_ts')} AS "kafkaTs", value
     FROM events.dead_letters WHERE source = $1`,
    [source],
  );
  return rows
    .map(({ offset, index, kafkaTs, ...row }) =>
      showDeadLetter({
        ...row,
        ...(index !== null && { index }),
        offset: BigInt(offset),
        kafkaTs: kafkaTs === null ? null : BigInt(kafkaTs),
      }),
    )
    .sort();
}

/** A dead letter as text: its place, its Kafka timestamp and, of a whole record, its bytes. */
export function showDeadLetter({ partition, offset, index, kafkaTs, value }: OraclePlace): string {
  if (index !== undefined) return `${partition}/${offset}/${index} at ${kafkaTs}`;
  return `${partition}/${offset} at ${kafkaTs}: ${value === null ? 'null' : Buffer.from(value).toString('base64')}`;
}

/** Reads the late events of a table with the first and the last end of the windows that they missed, in the order of places. */
export async function readLate(pool: Pool, table = 'user_activity_features'): Promise<string[]> {
  const { rows } = await pool.query<{ event: string }>(`
    SELECT kafka_partition || '/' || kafka_offset || '/' || kafka_index || ' ' ||
           ${microsExpression('lower(missed_windows)')} || ',' || ${microsExpression('upper(missed_windows)')} AS event
    FROM events.late_events WHERE feature_table = '${table}' ORDER BY kafka_partition, kafka_offset, kafka_index`);
  return rows.map(({ event }) => event);
}
