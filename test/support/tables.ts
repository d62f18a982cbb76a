import type { Pool } from '../../db/client.ts';
import { microsOf } from '../../db/timestamp.ts';
import { windowKey, type Oracle } from '../oracle/oracle.ts';
import type { WindowRow } from '../oracle/windows.ts';

/** Every row of a table with the features of `user_activity_features` as the oracle writes them, by {@link windowKey}. */
export async function readWindows(
  pool: Pool,
  table = 'user_activity_features',
): Promise<Map<string, WindowRow>> {
  const { rows } = await pool.query<Record<keyof WindowRow, string | number | null>>(`
    SELECT user_id, ${microsOf('window_start')} AS window_start, ${microsOf('window_end')} AS window_end,
           ${microsOf('feature_ts')} AS feature_ts, event_count_1h::int, revenue_1h, session_count_1h::int,
           unique_products_1h::int, purchase_count_1h::int, last_platform, conversion_rate_1h, avg_revenue_per_purchase_1h
    FROM features.${table}`);
  return new Map(
    rows.map((row) => {
      const [window_start, window_end, feature_ts] = [row.window_start, row.window_end, row.feature_ts].map(
        (micros) => BigInt(micros!),
      );
      const window = { ...row, window_start, window_end, feature_ts } as WindowRow;
      return [windowKey(window.user_id, window.window_end), window];
    }),
  );
}

/** The ways in which the stored rows differ from the oracle's, in words; none when they are equal row by row. */
export function windowDifferences(stored: ReadonlyMap<string, WindowRow>, { windows }: Oracle): string[] {
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

function show(row: WindowRow): string {
  const columns = Object.keys(row).sort() as (keyof WindowRow)[];
  return JSON.stringify(
    columns.map((column) => [column, row[column]]),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

/** Offsets of the raw events and the dead letters, as `partition/offset`, sorted, repeats included. */
export async function readPlaces(
  pool: Pool,
  source: string,
): Promise<{ raw: string[]; deadLetters: string[] }> {
  const places = async (relation: string): Promise<string[]> => {
    const { rows } = await pool.query<{ place: string }>(
      `SELECT kafka_partition || '/' || kafka_offset AS place FROM ${relation}`,
    );
    return rows.map(({ place }) => place).sort();
  };
  return {
    raw: await places(`events.${source.replaceAll('-', '_')}`),
    deadLetters: await places(`events.dead_letters WHERE source = '${source}'`),
  };
}

/** Events that were late for a table, with the ends of the windows they missed, by partition and offset. */
export async function readLate(pool: Pool, table = 'user_activity_features'): Promise<string[]> {
  const { rows } = await pool.query<{ event: string }>(`
    SELECT kafka_partition || '/' || kafka_offset || ' ' ||
           (SELECT string_agg(${microsOf('missed')}::text, ',' ORDER BY missed) FROM unnest(missed_windows) AS missed) AS event
    FROM events.late_events WHERE feature_table = '${table}' ORDER BY kafka_partition, kafka_offset`);
  return rows.map(({ event }) => event);
}
