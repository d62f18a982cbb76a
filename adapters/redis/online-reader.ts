import type { Generation } from '../../domain/online/generation.ts';
import { decodeGenerations, decodePointer } from '../../domain/online/online-encoding.ts';
import type { Pointer } from '../../domain/online/publication.ts';
import { type Redis, redisUnavailable } from './client.ts';
import { OnlineKeys, type RowKey } from './keys.ts';

/** Stands for a stored value that Asof did not write, or that somebody has changed. */
export type UnreadableValue = 'unreadable';

/** The state of the requested tables and keys in the online store at one moment. */
export interface OnlineRead {
  readonly pointers: ReadonlyMap<string, Pointer | UnreadableValue>;
  /** For each key, in order; empty if the key was never written. */
  readonly generations: readonly (readonly Generation[] | UnreadableValue)[];
}

export interface OnlineReader {
  read(tables: readonly string[], keys: readonly RowKey[]): Promise<OnlineRead>;
}

/** Reads the pointers and rows of all lookups of a request in one round trip, as they are at one moment. */
export class RedisOnlineReader implements OnlineReader {
  readonly #redis: Redis;
  readonly #keys: OnlineKeys;
  /** The decoded pointers of the last read. Pointers seldom change. */
  readonly #decoded = new Map<string, { readonly text: string; readonly pointer: Pointer }>();

  constructor(redis: Redis, keys = new OnlineKeys()) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable). */
  async read(tables: readonly string[], keys: readonly RowKey[]): Promise<OnlineRead> {
    const texts = await this.#redis
      .mget([...tables.map((table) => this.#keys.pointer(table)), ...keys.map((key) => this.#keys.row(key))])
      .catch((error: unknown) => {
        throw redisUnavailable(error);
      });
    const pointers = new Map<string, Pointer | UnreadableValue>();
    tables.forEach((table, index) => {
      const text = texts[index];
      if (text != null) pointers.set(table, this.#decode(table, text));
    });
    const generations = texts
      .slice(tables.length)
      .map((text) => (text === null ? [] : readableOr(() => decodeGenerations(text))));
    return { pointers, generations };
  }

  #decode(table: string, text: string): Pointer | UnreadableValue {
    const known = this.#decoded.get(table);
    if (known?.text === text) return known.pointer;
    const pointer = readableOr(() => decodePointer(text));
    if (pointer !== 'unreadable') this.#decoded.set(table, { text, pointer });
    return pointer;
  }
}

/** The decoded value, or `unreadable`: one bad value must not fail what is read beside it. */
function readableOr<Value>(decode: () => Value): Value | UnreadableValue {
  try {
    return decode();
  } catch {
    return 'unreadable';
  }
}
