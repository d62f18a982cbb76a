import sql, { join, type Sql } from 'sql-template-tag';
import type { EventSourceDefinition } from '../domain/definition.ts';
import { featureTypes } from '../domain/feature-types.ts';
import { earliest, latest } from '../domain/instant.ts';
import type { StreamTable } from '../domain/stream-table.ts';
import type { WindowRow } from '../domain/window-row.ts';
import { assignExcluded, columnNames, unnest, type BulkColumn } from './bulk-insert.ts';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';
import { FEATURE_COLUMNS } from './column-types.ts';
import { featuresOf, historyOf } from './relations.ts';
import { keyColumns } from './tiles.ts';
import { toTimestamptz } from './timestamp.ts';

/**
 * Makes the rows current. A row that changes gets a new version and its old one goes to the history table, marked
 * with the write that superseded it; a row that stays the same keeps its version. One statement for all rows.
 *
 * @returns how many rows are new or changed.
 */
export async function writeFeatureRows(
  client: Client,
  source: EventSourceDefinition,
  table: StreamTable,
  rows: readonly WindowRow[],
  writeId: string,
): Promise<number> {
  const { name, primaryKeys, features } = table.definition;
  const { length } = table.window;
  const types = featureTypes(table.definition, source);
  const ends = rows.map(({ end }) => end);
  const columns: BulkColumn[] = [
    ...keyColumns(primaryKeys, rows),
    { name: 'feature_ts', type: 'timestamptz', values: ends.map(toTimestamptz) },
    { name: 'window_start', type: 'timestamptz', values: ends.map((end) => toTimestamptz(end - length)) },
    { name: 'window_end', type: 'timestamptz', values: ends.map(toTimestamptz) },
    ...features.map((feature, index) => ({
      name: feature.name,
      type: FEATURE_COLUMNS[types.get(feature.name)!],
      values: rows.map(({ values }) => values[index]),
    })),
    { name: 'write_id', type: 'bigint', values: rows.map(() => writeId) },
  ];
  const featureNames = features.map((feature) => feature.name);
  const identity = [...primaryKeys, 'feature_ts'];
  const isSame = join(
    identity.map((column) => sql`stored.${ident(column)} = incoming.${ident(column)}`),
    ' AND ',
  );
  const { rowCount } = await client.query(sql`
    WITH incoming AS (SELECT * FROM ${unnest(columns, 'rows')}),
    superseded AS (
      INSERT INTO ${historyOf(name)} (${columnNames(columns)}, superseded_by)
      SELECT ${join(columns.map((column) => sql`stored.${ident(column.name)}`))}, ${writeId}::bigint
      FROM incoming JOIN ${featuresOf(name)} AS stored ON ${isSame}
      WHERE ${differs('stored', 'incoming', featureNames)}
        AND stored.feature_ts BETWEEN ${toTimestamptz(earliest(ends))} AND ${toTimestamptz(latest(ends))}
    )
    INSERT INTO ${featuresOf(name)} AS stored (${columnNames(columns)})
    SELECT ${columnNames(columns)} FROM incoming
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
