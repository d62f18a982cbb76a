import sql from 'sql-template-tag';
import type { Publication } from '../../domain/online/publication.ts';
import type { Queryable } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** A sync of an online table, before it is published. */
export interface PreparedSync extends Pick<Publication, 'sync' | 'syncId' | 'sequence'> {
  readonly table: string;
  readonly isFull: boolean;
  readonly keys: number;
  readonly rows: number;
}

/** The number of the last sync that has a line, published or not; 0 before the first. */
export async function lastSyncNumber(db: Queryable, table: string): Promise<number> {
  const { rows } = await db.query<{ sync: number }>(sql`
    SELECT coalesce(max(sync), 0)::int AS sync FROM asof.online_syncs WHERE feature_table = ${table}`);
  return rows[0]!.sync;
}

/** Leaves a sync's line before it is published, so that no publication can be without one. */
export async function recordPrepared(db: Queryable, prepared: PreparedSync): Promise<void> {
  const { table, sync, syncId, sequence, isFull, keys, rows } = prepared;
  await db.query(sql`
    INSERT INTO asof.online_syncs (feature_table, sync, sync_id, sequence, whole, keys, rows)
    VALUES (${table}, ${sync}, ${syncId}, ${sequence}, ${isFull}, ${keys}, ${rows})`);
}

/**
 * Notes when a sync was published.
 *
 * @returns whether this database knows the sync; one of another database, or from before a reset, it does not.
 */
export async function recordPublished(db: Queryable, { syncId, publishedAt }: Publication): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    UPDATE asof.online_syncs SET published_at = ${toTimestamptz(publishedAt)} WHERE sync_id = ${syncId}`);
  return rowCount === 1;
}
