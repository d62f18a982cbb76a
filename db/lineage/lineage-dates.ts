import type { Queryable } from '../sql/client.ts';
import { microsExpression } from '../sql/timestamp.ts';

/** When something of a lineage was made, by the id of its node: microseconds since 1970, as decimal texts. */
export async function readLineageDates(db: Queryable): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; made: string }>(`
    SELECT 'feature_table:' || name || '@' || version AS id, ${microsExpression('applied_at')}::text AS made
    FROM asof.definitions WHERE kind IN ('stream_table', 'batch_table', 'external_table')
    UNION ALL
    SELECT 'training_set:' || id, ${microsExpression('created_at')}::text FROM asof.training_sets
    UNION ALL
    SELECT 'model_version:' || name || '/' || version, ${microsExpression('registered_at')}::text FROM asof.models`);
  return new Map(rows.map(({ id, made }) => [id, made]));
}
