import sql, { raw } from 'sql-template-tag';
import type { ColumnStatistics } from '../../domain/training/statistics.ts';
import { bulkInsert } from '../sql/bulk-insert.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';

/** Stores the statistics of a training set, unless it has some: the same rows have the same. */
export async function recordStatistics(
  db: Queryable,
  id: string,
  statistics: readonly ColumnStatistics[],
): Promise<void> {
  const columns = [
    { name: 'training_set_id', type: 'text', values: statistics.map(() => id) },
    { name: 'position', type: 'integer', values: [...statistics.keys()] },
    { name: 'column_name', type: 'text', values: statistics.map(({ column }) => column) },
    { name: 'statistics', type: 'json', values: statistics.map((one) => JSON.stringify(one)) },
  ];
  const relation = ident('asof', 'training_set_statistics');
  await db.query(bulkInsert(relation, columns, raw('ON CONFLICT DO NOTHING')));
}

/**
 * The statistics of a training set: of its label, then of its features in their order. None for a set of before
 * statistics were kept.
 */
export async function readStatistics(db: Queryable, id: string): Promise<ColumnStatistics[]> {
  const { rows } = await db.query<{ statistics: ColumnStatistics }>(sql`
    SELECT statistics FROM asof.training_set_statistics WHERE training_set_id = ${id} ORDER BY position`);
  return rows.map(({ statistics }) => statistics);
}
