import sql, { type Sql, join } from 'sql-template-tag';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type { Upserts } from '../../domain/windows/table-change.ts';
import type { WindowRow } from '../../domain/windows/window-row.ts';
import { assignExcluded, columnNames, foundByIndex, isBetween, matches, unnest } from '../sql/bulk-insert.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { type CopyColumn, copyColumn, copyRows } from '../sql/copy-rows.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { toParameter } from '../sql/timestamp.ts';
import type { TableWrite } from './table-write.ts';
import { timeClusters } from './time-clusters.ts';

/**
 * Makes the rows the current ones. Created rows are inserted. Changed rows are updated, and their previous
 * versions go to the history table, marked with this write. A row that is equal to the stored one keeps its
 * version.
 *
 * @returns the number of new or changed rows.
 */
export async function writeFeatureRows(
  write: TableWrite,
  { created, changed }: Upserts<WindowRow>,
): Promise<number> {
  const columns = rowColumns(write);
  await copyRows(write.client, featuresOf(write.table.definition.name), columns, created);
  let written = created.length;
  for (const near of timeClusters(changed, ({ end }) => ({ from: end, to: end }))) {
    written += await supersede(write, columns, near);
  }
  return written;
}

function rowColumns({ engine, table, writeId }: TableWrite): CopyColumn<WindowRow>[] {
  const { definition, window } = table;
  const types = featureTypes(definition, engine.source);
  return [
    ...definition.primaryKeys.map((key, index) =>
      copyColumn(key, 'text', (row: WindowRow) => row.key[index]!),
    ),
    copyColumn('feature_ts', 'timestamptz', ({ end }: WindowRow) => end),
    copyColumn('window_start', 'timestamptz', ({ end }: WindowRow) => end - window.length),
    copyColumn('window_end', 'timestamptz', ({ end }: WindowRow) => end),
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
): Promise<number> {
  const { name, primaryKeys, features } = table.definition;
  const incoming = columns.map(({ name: column, type, of }) => ({
    name: column,
    type,
    values: rows.map((row) => toParameter(of(row))),
  }));
  const featureNames = features.map((feature) => feature.name);
  const identity = [...primaryKeys, 'feature_ts'];
  const ends = rows.map(({ end }) => end);
  const { rowCount } = await client.query(sql`
    WITH incoming AS MATERIALIZED (SELECT * FROM ${unnest(incoming, 'rows')}),
    superseded AS (
      INSERT INTO ${historyOf(name)} (${columnNames(incoming)}, superseded_by)
      SELECT stored.*, ${writeId}::bigint
      FROM incoming CROSS JOIN ${foundByIndex(sql`
        SELECT ${columnNames(incoming)} FROM ${featuresOf(name)} AS stored
        WHERE ${matches('stored', 'incoming', identity)} AND ${isBetween('stored', 'feature_ts', ends)}
          AND ${differs('stored', 'incoming', featureNames)}`)} AS stored
    )
    INSERT INTO ${featuresOf(name)} AS stored (${columnNames(incoming)}) SELECT * FROM incoming
    ON CONFLICT (${join(identity.map((column) => ident(column)))}) DO UPDATE
    SET ${assignExcluded([...featureNames, 'write_id'])}
    WHERE ${differs('stored', 'excluded', featureNames)}`);
  return rowCount ?? 0;
}

/** A condition: two rows differ in at least one of the columns. Nulls are equal. */
export function differs(left: string, right: string, names: readonly string[]): Sql {
  const of = (side: string) => join(names.map((name) => ident(side, name)));
  return sql`(${of(left)}) IS DISTINCT FROM (${of(right)})`;
}
