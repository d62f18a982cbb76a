import type { Pool } from '../../../db/sql/client.ts';
import { microsExpression } from '../../../db/sql/timestamp.ts';
import { featureTypes } from '../../../domain/features/feature-types.ts';
import type { EventSourceDefinition, StreamTableDefinition } from '../../../domain/registry/definition.ts';
import { windowKey } from '../../oracle/oracle.ts';

/**
 * Reads every row of a stream table in the form of the oracle, by {@link windowKey}. `name` is the name of
 * the stored table, if it differs from the definition's.
 */
export async function readFeatureRows(
  pool: Pool,
  table: StreamTableDefinition,
  source: EventSourceDefinition,
  name = table.name,
): Promise<Map<string, Record<string, unknown>>> {
  const times = ['window_start', 'window_end', 'feature_ts'];
  const counts = [...featureTypes(table, source)]
    .filter(([, type]) => type === 'bigint')
    .map(([feature]) => feature);
  const { rows } = await pool.query<Record<string, unknown>>(`
    SELECT *, ${times.map((time) => `${microsExpression(time)}::text AS ${time}`).join()} FROM features.${name}`);
  return new Map(
    rows.map((columns) => {
      const { write_id: _writeId, approximate_features: _approximate, ...row } = columns;
      for (const time of times) row[time] = BigInt(row[time] as string);
      for (const count of counts) row[count] = Number(row[count]);
      return [windowKey(row.user_id as string, row.window_end as bigint), row];
    }),
  );
}
