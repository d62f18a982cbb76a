import { randomUUID } from 'node:crypto';
import { OnlineWriter, type RedisStore } from '../../adapters/redis/online-writer.ts';
import { changedKeys, lastSequence } from '../../db/online/changed-keys.ts';
import type { RegisteredOnlineTable } from '../../db/online/online-tables.ts';
import { lastSyncNumber, recordPrepared, recordPublished } from '../../db/online/syncs.ts';
import type { Client, Pool } from '../../db/sql/client.ts';
import { inSnapshot } from '../../db/sql/snapshot.ts';
import type { Pointer, Publication } from '../../domain/online/publication.ts';
import { type Instant, formatInstant, later } from '../../domain/time/instant.ts';
import type { SyncReceipt } from '../../schemas/workflows/refresh-online-table.ts';

/**
 * In microseconds. A sync also keeps the rows that were the last visible ones this long before it, for
 * readers whose clocks are behind.
 */
const CLOCK_ALLOWANCE = 60_000_000n;

export interface SyncOptions {
  /**
   * The owner of the claim. It takes over from an earlier attempt of the same owner, but not from another
   * owner.
   */
  readonly owner: string;
  /** Whether to write every key, not only those that changed. */
  readonly snapshot: boolean;
  /** The moment as of which rows are chosen. */
  readonly now: Instant;
  /** Whether `now` is the moment of publication, whatever the clock of the store says. */
  readonly simulated: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (written: { keys: number; rows: number }) => void;
}

/**
 * Brings the online store up to the last committed write, and publishes all of it at once. May die at any
 * point: what was published stays readable, and the next sync does the missing work again.
 *
 * @throws AsofError `ASOF_ONLINE_SYNC_RUNNING`, `ASOF_ONLINE_SYNC_SUPERSEDED` (conflict).
 */
export async function syncOnlineTable(
  pool: Pool,
  store: RedisStore,
  table: RegisteredOnlineTable,
  options: SyncOptions,
): Promise<SyncReceipt> {
  const writer = await OnlineWriter.claim(store, table.table, options.owner);
  try {
    const pointer = await writer.readPointer();
    const known = pointer !== undefined && (await recordPublished(pool, pointer.current));
    const before = known ? pointer.current : null;
    const continues = before !== null && !options.snapshot && isSameLayout(before, table);
    const prepared = await inSnapshot(pool, async (client) => {
      const sequence = await lastSequence(client);
      if (continues && sequence === before.sequence) return undefined;
      return writeChanges({ client, writer, table }, options, { pointer, before, continues, sequence });
    });
    if (!prepared) return receipt(before!, { keys: 0, rows: 0 }, false);
    const { publication, written } = prepared;
    await recordPrepared(pool, { ...publication, ...written, table: table.table, isFull: !continues });
    const { current } = await writer.publish(
      { current: publication, previous: before },
      { notBefore: publication.publishedAt, simulated: options.simulated },
    );
    await recordPublished(pool, current);
    return receipt(current, written, true);
  } finally {
    await writer.release().catch(() => {});
  }
}

interface SyncStart {
  /** What readers read during the sync. Undefined before the first publication. */
  readonly pointer: Pointer | undefined;
  /** The previous publication. Null if it is of another database, or of this one before a reset. */
  readonly before: Publication | null;
  /** Whether keys that did not change can stay unchanged. */
  readonly continues: boolean;
  /** The knowledge cut of this sync. */
  readonly sequence: string;
}

/** What a sync reads from, and writes to. */
interface SyncSystems {
  readonly client: Client;
  readonly writer: OnlineWriter;
  readonly table: RegisteredOnlineTable;
}

async function writeChanges(
  { client, writer, table }: SyncSystems,
  { now, signal, onProgress }: SyncOptions,
  { pointer, before, continues, sequence }: SyncStart,
): Promise<{ publication: Publication; written: { keys: number; rows: number } }> {
  const sync = Math.max(await lastSyncNumber(client, table.table), pointer?.current.sync ?? 0) + 1;
  const after = continues ? before!.sequence : '0';
  const written = { keys: 0, rows: 0 };
  for await (const keys of changedKeys(client, table, after, now - CLOCK_ALLOWANCE)) {
    signal.throwIfAborted();
    await writer.write(keys, sync, pointer);
    written.keys += keys.length;
    written.rows += keys.reduce((count, { rows }) => count + rows.length, 0);
    onProgress(written);
  }
  const publication: Publication = {
    sync,
    since: continues ? before!.since : sync,
    syncId: randomUUID(),
    sequence,
    publishedAt: before ? later(now, before.publishedAt) : now,
    availableAfter: table.availableAfter,
    features: table.features,
  };
  return { publication, written };
}

/** Rows of another layout, or chosen with another `availableAfter`, must be written again. */
function isSameLayout({ features, availableAfter }: Publication, table: RegisteredOnlineTable): boolean {
  return availableAfter === table.availableAfter && features.join() === table.features.join();
}

function receipt(
  { sync, sequence, publishedAt }: Publication,
  written: { keys: number; rows: number },
  published: boolean,
): SyncReceipt {
  return { published, sync, sequence, publishedAt: formatInstant(publishedAt), ...written };
}
