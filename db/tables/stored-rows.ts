import sql, { join, raw } from 'sql-template-tag';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import type { Upserts } from '../../domain/windows/table-merge.ts';
import { entityId } from '../../domain/windows/tile.ts';
import type { WindowRow } from '../../domain/windows/window-row.ts';
import { foundByIndex, isBetween, matches, unnest } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import { keyColumns } from './tiles.ts';
import { timeClusters } from './time-clusters.ts';

/**
 * Divides rows by whether a row of the same key and end is stored. Reads the table, for writers that cannot
 * tell from the tiles.
 */
export async function upsertsAgainstStored(
  client: Client,
  { definition }: CompiledStreamTable,
  rows: readonly WindowRow[],
): Promise<Upserts<WindowRow>> {
  const stored = new Set<string>();
  for (const near of timeClusters(rows, ({ end }) => ({ from: end, to: end }))) {
    for (const id of await storedAmong(client, definition, near)) stored.add(id);
  }
  return {
    created: rows.filter((row) => !stored.has(rowId(row))),
    changed: rows.filter((row) => stored.has(rowId(row))),
  };
}

/** The ids of those rows that are stored. */
async function storedAmong(
  client: Client,
  { name, primaryKeys }: CompiledStreamTable['definition'],
  rows: readonly WindowRow[],
): Promise<string[]> {
  const ends = rows.map(({ end }) => end);
  const wanted = [
    ...keyColumns(primaryKeys, rows),
    { name: 'feature_ts', type: 'timestamptz', values: ends.map(toTimestamptz) },
  ];
  const { rows: found } = await client.query<{ key: string[]; end: string }>(sql`
    SELECT ARRAY[${join(primaryKeys.map((key) => ident('stored', key)))}] AS key,
           ${raw(microsExpression('stored.feature_ts'))} AS "end"
    FROM ${unnest(wanted, 'wanted')} CROSS JOIN ${foundByIndex(sql`
      SELECT * FROM ${featuresOf(name)} AS stored
      WHERE ${matches('stored', 'wanted', [...primaryKeys, 'feature_ts'])} AND ${isBetween('stored', 'feature_ts', ends)}`)} AS stored`);
  return found.map(({ key, end }) => rowId({ key, end: BigInt(end) }));
}

function rowId({ key, end }: Pick<WindowRow, 'key' | 'end'>): string {
  return `${entityId(key)}\0${end}`;
}
