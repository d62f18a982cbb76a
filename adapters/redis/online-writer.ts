import { randomUUID } from 'node:crypto';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Generation, generationsInUse } from '../../domain/online/generation.ts';
import { decodePointer, encodeGenerations, encodePointer } from '../../domain/online/online-encoding.ts';
import { type OnlineRow } from '../../domain/online/online-row.ts';
import type { Pointer } from '../../domain/online/publication.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import { PUBLISH, RELEASE_CLAIM, RENEW_CLAIM, TAKE_CLAIM, WRITE_ROWS } from './claim-and-publish-scripts.ts';
import { type Redis, redisUnavailable } from './client.ts';
import { refuseEviction } from './eviction.ts';
import { OnlineKeys } from './keys.ts';
import { RedisOnlineReader } from './online-reader.ts';

/** The online store of a deployment. */
export interface RedisStore {
  readonly redis: Redis;
  /** Omitted: those of the default namespace. */
  readonly keys?: OnlineKeys;
}

/** How long a claim lasts after its last renewal, in ms. */
const LEASE_MS = 30_000;

/** A key's rows, newest first. */
export interface KeyRows {
  readonly key: EntityKey;
  readonly rows: readonly OnlineRow[];
}

/**
 * Writes a new generation of a table's rows beside the readable ones, and publishes all of them in one
 * command. Only the holder of the table's claim can write. An attempt that lost its claim therefore changes
 * nothing when it resumes.
 */
export class OnlineWriter {
  readonly table: string;
  readonly #redis: Redis;
  readonly #keys: OnlineKeys;
  readonly #reader: RedisOnlineReader;
  readonly #token: string;
  #renewing: NodeJS.Timeout | undefined;

  private constructor({ redis, keys = new OnlineKeys() }: RedisStore, table: string, token: string) {
    this.#redis = redis;
    this.#keys = keys;
    this.#reader = new RedisOnlineReader(redis, keys);
    this.table = table;
    this.#token = token;
  }

  /**
   * Claims a table for `owner`. Earlier attempts of the same owner lose the claim.
   *
   * @throws AsofError `ASOF_ONLINE_SYNC_RUNNING` (conflict) while another owner holds the claim;
   * `ASOF_REDIS_EVICTS` (unavailable).
   */
  static async claim(store: RedisStore, table: string, owner: string): Promise<OnlineWriter> {
    await refuseEviction(store.redis);
    const writer = new OnlineWriter(store, table, `${randomUUID()}:${owner}`);
    const holder = await writer.#run(TAKE_CLAIM, [], []);
    if (holder === null) return writer.#keepClaim();
    throw new AsofError(
      'ASOF_ONLINE_SYNC_RUNNING',
      `online table '${table}' is being synced by ${(holder as string).slice(37)}; wait for it to end`,
      { details: { table } },
    );
  }

  /** Undefined before the first publication, and if the stored pointer is unreadable. */
  async readPointer(): Promise<Pointer | undefined> {
    const { pointers } = await this.#reader.read([this.table], []);
    const pointer = pointers.get(this.table);
    return pointer === 'unreadable' ? undefined : pointer;
  }

  /**
   * Writes a generation of each key, and retains the stored generations that readers may still need.
   * Overwrites what is unreadable.
   */
  async write(keys: readonly KeyRows[], sync: number, pointer: Pointer | undefined): Promise<void> {
    const rowKeys = keys.map(({ key }) => ({ table: this.table, key }));
    const stored = pointer && (await this.#reader.read([], rowKeys)).generations;
    const values = keys.map(({ rows }, index) => {
      const before = stored?.[index] ?? [];
      const kept = before === 'unreadable' ? [] : generationsInUse(before, pointer);
      const generations: Generation[] = [{ sync, rows }, ...kept];
      return encodeGenerations(generations);
    });
    await this.#runClaimed(
      WRITE_ROWS,
      rowKeys.map((key) => this.#keys.row(key)),
      values,
    );
  }

  /**
   * Stores the pointer, which publishes its sync. The time of publication is the Redis server's clock, but
   * not before `notBefore`. With `simulated` it is `notBefore` itself.
   *
   * @returns the pointer with its time of publication.
   * @throws AsofError `ASOF_ONLINE_SYNC_SUPERSEDED` (conflict) if the writer has lost its claim.
   */
  async publish(
    pointer: Pointer,
    { notBefore, simulated }: { notBefore: Instant; simulated: boolean },
  ): Promise<Pointer> {
    const values = [encodePointer(pointer), String(notBefore), simulated ? '0' : '1'];
    return decodePointer(String(await this.#runClaimed(PUBLISH, [this.#keys.pointer(this.table)], values)));
  }

  /** Releases the claim if this writer still holds it. */
  async release(): Promise<void> {
    clearInterval(this.#renewing);
    await this.#run(RELEASE_CLAIM, [], []);
  }

  /**
   * Renews the claim, because the database may need longer than the lease for a page. The next write detects
   * a loss.
   */
  #keepClaim(): this {
    const renew = (): void => void this.#run(RENEW_CLAIM, [], []).catch(() => {});
    this.#renewing = setInterval(renew, LEASE_MS / 3).unref();
    return this;
  }

  /** @throws AsofError `ASOF_ONLINE_SYNC_SUPERSEDED` (conflict) if the writer has lost its claim. */
  async #runClaimed(script: string, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const reply = await this.#run(script, keys, values);
    if (reply !== null) return reply;
    throw new AsofError(
      'ASOF_ONLINE_SYNC_SUPERSEDED',
      `another sync of online table '${this.table}' has taken over; this one published nothing`,
      { details: { table: this.table } },
    );
  }

  async #run(script: string, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const allKeys = [this.#keys.claim(this.table), ...keys];
    try {
      return await this.#redis.eval(script, allKeys.length, ...allKeys, this.#token, LEASE_MS, ...values);
    } catch (error) {
      throw redisUnavailable(error);
    }
  }
}
