import sql, { type Sql, join } from 'sql-template-tag';
import { type Instant, earliest, latest } from '../../../domain/time/instant.ts';
import type { EntityKey } from '../../../domain/windows/stream-table.ts';
import type { TouchedWindows } from '../../../domain/windows/window-row.ts';
import { matches, unnest } from '../../sql/bulk-insert.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf } from '../../sql/relations.ts';
import { toTimestamptz } from '../../sql/timestamp.ts';
import type { TableWrite } from '../../tables/table-write.ts';
import { keyColumns } from '../../tables/tiles.ts';

/** The rows of an entity that end from `first` to `last`, both included. */
export interface RowRange {
  readonly key: EntityKey;
  readonly first: Instant;
  readonly last: Instant;
}

/**
 * Moves the rows of some ranges to the history, but for those of some windows.
 *
 * @returns their number.
 */
export async function removeRowsExcept(
  write: TableWrite,
  ranges: readonly RowRange[],
  kept: readonly TouchedWindows[],
): Promise<number> {
  if (ranges.length === 0) return 0;
  const { primaryKeys } = write.table.definition;
  const rows = kept.flatMap(({ key, ends }) => ends.map((end) => ({ key, end })));
  const within = [
    ...keyColumns(primaryKeys, ranges),
    { name: 'range_first', type: 'timestamptz', values: ranges.map(({ first }) => toTimestamptz(first)) },
    { name: 'range_last', type: 'timestamptz', values: ranges.map(({ last }) => toTimestamptz(last)) },
  ];
  const ends = [
    ...keyColumns(primaryKeys, rows),
    { name: 'feature_ts', type: 'timestamptz', values: rows.map(({ end }) => toTimestamptz(end)) },
  ];
  // The overall bounds are constants to the planner. They let it exclude the chunks outside all ranges.
  return moveToHistory(
    write,
    sql`
      stored.feature_ts >= ${toTimestamptz(earliest(ranges.map(({ first }) => first)))}
      AND stored.feature_ts <= ${toTimestamptz(latest(ranges.map(({ last }) => last)))}
      AND EXISTS (
        SELECT FROM ${unnest(within, 'range')}
        WHERE ${matches('stored', 'range', primaryKeys)} AND stored.feature_ts BETWEEN range_first AND range_last)
      AND NOT EXISTS (
        SELECT FROM ${unnest(ends, 'kept')} WHERE ${matches('stored', 'kept', [...primaryKeys, 'feature_ts'])})`,
  );
}

/**
 * Moves rows to the history.
 *
 * @param condition on the rows, by the name `stored`.
 * @returns their number.
 */
export async function moveToHistory({ client, table, writeId }: TableWrite, condition: Sql): Promise<number> {
  const { name, primaryKeys, features } = table.definition;
  const columns = join(
    [
      ...primaryKeys,
      'feature_ts',
      'window_start',
      'window_end',
      'approximate_features',
      ...features.map((feature) => feature.name),
      'write_id',
    ].map((column) => ident(column)),
  );
  const { rowCount } = await client.query(sql`
    WITH gone AS (
      DELETE FROM ${featuresOf(name)} AS stored WHERE ${condition} RETURNING ${columns}
    )
    INSERT INTO ${historyOf(name)} (${columns}, superseded_by) SELECT ${columns}, ${writeId}::bigint FROM gone`);
  return rowCount ?? 0;
}
