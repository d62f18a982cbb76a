import sql, { type Sql, join } from 'sql-template-tag';
import { featureTypes } from '../../domain/features/feature-types.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type { Upserts } from '../../domain/windows/table-change.ts';
import type { WindowRow } from '../../domain/windows/window-row.ts';
import { assignExcluded, columnNames, foundByIndex, isBetween, matches, unnest } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { type CopyColumn, copyColumn, copyRows } from '../sql/copy-rows.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf, historyOf } from '../sql/relations.ts';
import { toParameter } from '../sql/timestamp.ts';

/**
 * Makes the rows current: adds those that are new, and gives those that changed a new version, while their old one
 * goes to the history table, marked with the write that superseded it. A row that stays the same keeps its version.
 *
 * @returns how many rows are new or changed.
 */
export async function writeFeatureRows(
  client: Client,
  source: EventSourceDefinition,
  table: CompiledStreamTable,
  { created, changed }: Upserts<WindowRow>,
  writeId: string,
): Promise<number> {
  const columns = rowColumns(source, table, writeId);
  await copyRows(client, featuresOf(table.definition.name), columns, created);
  return (
    created.length + (changed.length > 0 ? await supersede(client, table, columns, changed, writeId) : 0)
  );
}

function rowColumns(
  source: EventSourceDefinition,
  { definition, window }: CompiledStreamTable,
  writeId: string,
): CopyColumn<WindowRow>[] {
  const types = featureTypes(definition, source);
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
  client: Client,
  { definition }: CompiledStreamTable,
  columns: readonly CopyColumn<WindowRow>[],
  rows: readonly WindowRow[],
  writeId: string,
): Promise<number> {
  const { name, primaryKeys, features } = definition;
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

/** Whether two rows differ in a column. */
export function differs(left: string, right: string, names: readonly string[]): Sql {
  const of = (side: string) => join(names.map((name) => ident(side, name)));
  return sql`(${of(left)}) IS DISTINCT FROM (${of(right)})`;
}
