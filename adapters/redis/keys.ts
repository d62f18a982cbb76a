import { Namespace } from '../../domain/namespace.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { entityId } from '../../domain/windows/tile.ts';

/** Identifies the rows of one key: the feature table, and the values of its primary keys. */
export interface RowKey {
  readonly table: string;
  readonly key: EntityKey;
}

/** The Redis keys of a deployment's online tables. */
export class OnlineKeys {
  readonly #namespace: Namespace;

  constructor(namespace = Namespace.default) {
    this.#namespace = namespace;
  }

  /** The key of the table's pointer, which makes its rows readable. */
  pointer(table: string): string {
    return this.#namespace.redisKey(`online:${table}:pointer`);
  }

  /** The key of the claim on the table. */
  claim(table: string): string {
    return this.#namespace.redisKey(`online:${table}:claim`);
  }

  /** The key of the rows of one key. */
  row({ table, key }: RowKey): string {
    return this.#namespace.redisKey(`online:${table}:row:${entityId(key)}`);
  }

  /** The patterns of the keys of a table, in all of its versions. */
  ofTable(table: string): string[] {
    return [`online:${table}:*`, `online:${table}@*`].map((pattern) => this.#namespace.redisKey(pattern));
  }

  /** The pattern of all of these keys. No character of a namespace has a meaning in it. */
  get all(): string {
    return this.#namespace.redisKey('online:*');
  }
}
