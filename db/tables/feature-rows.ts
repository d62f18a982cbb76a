import sql, { type Sql, join } from 'sql-template-tag';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type { Upserts } from '../../domain/windows/table-merge.ts';
import type { WindowRow } from '../../domain/windows/window-row.ts';
import { windowStart } from '../../domain/windows/window.ts';
import {
  assignExcluded,
  columnNames,
  foundByIndex,
  isBetween,
  matches,
  selectRows,
  valueColumn,
} from '../sql/bulk-insert.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { type CopyColumn, copyColumn, copyRows } from '../sql/copy-rows.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { type RowCounts, addRows } from './row-counts.ts';
import type { TableWrite } from './table-write.ts';
import { timeClusters } from './time-clusters.ts';

/**
 * Makes the rows the current ones. Created rows are inserted. Changed rows are updated, and their previous
 * versions go to the history table, marked with this write. A row that is equal to the stored one keeps its
 * version.
 */
export async function writeFeatureRows(
  write: TableWrite,
  { created, changed }: Upserts<WindowRow>,
): Promise<RowCounts> {
  const columns = rowColumns(write);
  await copyRows(write.client, featuresOf(write.table.definition.name), columns, created);
  const approximate = created.filter((row) => row.approximate.length > 0).length;
  let counts: RowCounts = { rows: created.length, approximate };
  for (const near of timeClusters(changed, ({ end }) => ({ from: end, to: end }))) {
    counts = addRows(counts, await supersede(write, columns, near));
  }
  return counts;
}

function rowColumns({ engine, table, writeId }: TableWrite): CopyColumn<WindowRow>[] {
  const { definition, window } = table;
  const types = featureTypes(definition, engine.source);
  return [
    ...definition.primaryKeys.map((key, index) =>
      copyColumn(key, 'text', (row: WindowRow) => row.key[index]!),
    ),
    copyColumn('feature_ts', 'timestamptz', ({ end }: WindowRow) => end),
    copyColumn('window_start', 'timestamptz', ({ end }: WindowRow) => windowStart(window, end)),
    copyColumn('window_end', 'timestamptz', ({ end }: WindowRow) => end),
    copyColumn('approximate_features', 'text[]', ({ approximate }: WindowRow) =>
      approximate.length > 0 ? approximate : null,
    ),
    ...definition.features.map(({ name }, index) =>
      copyColumn(name, FEATURE_COLUMNS[types.get(name)!], ({ values }: WindowRow) => values[index]!),
    ),
    copyColumn('write_id', 'bigint', () => writeId),
  ];
}

async function supersede(
  { client, table, writeId }: TableWrite,
  columns: readonly CopyColumn<WindowRow>[],
  rows: readonly WindowRow[],
): Promise<RowCounts> {
  const { name, primaryKeys, features } = table.definition;
  const incoming = columns.map(({ name, type, of }) => valueColumn(name, type, rows.map(of)));
  const compared = [...features.map((feature) => feature.name), 'approximate_features'];
  const identity = [...primaryKeys, 'feature_ts'];
  const ends = rows.map(({ end }) => end);
  const { rows: written } = await client.query<RowCounts>(sql`
    WITH incoming AS MATERIALIZED (${selectRows(incoming)}),
    superseded AS (
      INSERT INTO ${historyOf(name)} (${columnNames(incoming)}, superseded_by)
      SELECT stored.*, ${writeId}::bigint
      FROM incoming CROSS JOIN ${foundByIndex(sql`
        SELECT ${columnNames(incoming)} FROM ${featuresOf(name)} AS stored
        WHERE ${matches('stored', 'incoming', identity)} AND ${isBetween('stored', 'feature_ts', ends)}
          AND ${differs('stored', 'incoming', compared)}`)} AS stored
    ), written AS (
      INSERT INTO ${featuresOf(name)} AS stored (${columnNames(incoming)}) SELECT * FROM incoming
      ON CONFLICT (${join(identity.map((column) => ident(column)))}) DO UPDATE
      SET ${assignExcluded([...compared, 'write_id'])}
      WHERE ${differs('stored', 'excluded', compared)}
      RETURNING approximate_features
    )
    SELECT count(*)::float8 AS rows, count(approximate_features)::float8 AS approximate FROM written`);
  return written[0]!;
}

/** A condition: two rows differ in at least one of the columns. Nulls are equal. */
export function differs(left: string, right: string, names: readonly string[]): Sql {
  const of = (side: string) => join(names.map((name) => ident(side, name)));
  return sql`(${of(left)}) IS DISTINCT FROM (${of(right)})`;
}
