import type { RowKey } from '../../adapters/redis/keys.ts';
import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import type { Generation } from '../../domain/online/generation.ts';
import type { Pointer, Publication } from '../../domain/online/publication.ts';
import type { FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { RowStore } from '../store/row-store.ts';
import type { WriteLog } from '../store/write-log.ts';

/** What a sync of an online table made readable, and when. */
export interface Sync {
  readonly sequence: bigint;
  readonly publishedAt: Instant;
}

/** A feature table whose rows are published. */
export interface PublishedTable {
  readonly definition: FeatureTableDefinition;
  readonly rows: RowStore;
}

/** An online table in memory: what was published, and when. */
export class OnlineTableStore {
  readonly #table: PublishedTable;
  readonly #availableAfter: Duration;
  readonly syncs: Sync[] = [];

  constructor(table: PublishedTable) {
    this.#table = table;
    this.#availableAfter = parseDuration(table.definition.availableAfter)!;
  }

  get rows(): RowStore {
    return this.#table.rows;
  }

  /** Makes all that has been written readable, at once. */
  publish(writes: WriteLog, now: Instant): void {
    const { last: sequence } = writes;
    if (this.syncs.at(-1)?.sequence !== sequence) this.syncs.push({ sequence, publishedAt: now });
  }

  /** The current publication. Undefined before the first one. */
  get publication(): Publication | undefined {
    const last = this.syncs.at(-1);
    if (!last) return undefined;
    const sync = this.syncs.length;
    return {
      sync,
      since: 1,
      syncId: String(sync),
      sequence: String(last.sequence),
      publishedAt: last.publishedAt,
      availableAfter: this.#availableAfter,
      features: this.#table.definition.features.map(({ name }) => name),
    };
  }
}

/** The online tables, by their feature tables, as an endpoint reads them. */
export class MemoryOnlineReader implements OnlineReader {
  readonly #tables: ReadonlyMap<string, OnlineTableStore>;

  constructor(tables: ReadonlyMap<string, OnlineTableStore>) {
    this.#tables = tables;
  }

  read(
    tables: readonly string[],
    keys: readonly RowKey[],
  ): Promise<{
    readonly pointers: ReadonlyMap<string, Pointer>;
    readonly generations: readonly (readonly Generation[])[];
  }> {
    const pointers = new Map<string, Pointer>(
      tables.flatMap((table) => {
        const current = this.#tables.get(table)?.publication;
        return current ? [[table, { current, previous: null }] as const] : [];
      }),
    );
    const generations = keys.map(({ table, key }) => {
      const publication = pointers.get(table)?.current;
      if (!publication) return [];
      const rows = this.#tables.get(table)!.rows.newestFirst(key, BigInt(publication.sequence));
      return [{ sync: publication.sync, rows }];
    });
    return Promise.resolve({ pointers, generations });
  }
}
