import sql from 'sql-template-tag';
import type { Publication } from '../../domain/online/publication.ts';
import type { Queryable } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** A sync of an online table, before its publication. */
export interface PreparedSync extends Pick<Publication, 'sync' | 'syncId' | 'sequence'> {
  readonly table: string;
  /** Whether the sync holds every key, instead of the changed ones. */
  readonly isFull: boolean;
  readonly keys: number;
  readonly rows: number;
}

/** The number of the last recorded sync, published or not. 0 if there is none. */
export async function lastSyncNumber(db: Queryable, table: string): Promise<number> {
  const { rows } = await db.query<{ sync: number }>(sql`
    SELECT coalesce(max(sync), 0)::int AS sync FROM asof.online_syncs WHERE feature_table = ${table}`);
  return rows[0]!.sync;
}

/** Records a sync before its publication, so that every publication has a record. */
export async function recordPrepared(db: Queryable, prepared: PreparedSync): Promise<void> {
  const { table, sync, syncId, sequence, isFull, keys, rows } = prepared;
  await db.query(sql`
    INSERT INTO asof.online_syncs (feature_table, sync, sync_id, sequence, whole, keys, rows)
    VALUES (${table}, ${sync}, ${syncId}, ${sequence}, ${isFull}, ${keys}, ${rows})`);
}

/**
 * Records when a sync was published.
 *
 * @returns whether this database knows the sync. It does not know a sync of another database or from before a
 * reset.
 */
export async function recordPublished(db: Queryable, { syncId, publishedAt }: Publication): Promise<boolean> {
  const { rowCount } = await db.query(sql`
    UPDATE asof.online_syncs SET published_at = ${toTimestamptz(publishedAt)} WHERE sync_id = ${syncId}`);
  return rowCount === 1;
}
