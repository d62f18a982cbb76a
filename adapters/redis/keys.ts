import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { entityId } from '../../domain/windows/tile.ts';

/** Identifies the rows of one key: the feature table, and the values of its primary keys. */
export interface RowKey {
  readonly table: string;
  readonly key: EntityKey;
}

/** The Redis key of the table's pointer, which makes its rows readable. */
export function pointerKey(table: string): string {
  return `asof:online:${table}:pointer`;
}

/** The Redis key of the claim on the table. */
export function claimKey(table: string): string {
  return `asof:online:${table}:claim`;
}

/** The Redis key of the rows of one key. */
export function rowKey({ table, key }: RowKey): string {
  return `asof:online:${table}:row:${entityId(key)}`;
}
