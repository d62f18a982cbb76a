import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { entityId } from '../../domain/windows/tile.ts';

/** A row's place in the online store: the feature table, and the values of its primary keys. */
export interface RowKey {
  readonly table: string;
  readonly key: EntityKey;
}

/** Where a table's pointer is: what makes its rows readable. */
export function pointerKey(table: string): string {
  return `asof:online:${table}:pointer`;
}

/** Where it stands who may write the table. */
export function claimKey(table: string): string {
  return `asof:online:${table}:claim`;
}

export function rowKey({ table, key }: RowKey): string {
  return `asof:online:${table}:row:${entityId(key)}`;
}
