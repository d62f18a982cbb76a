import sql from 'sql-template-tag';
import { ENTITY_BUCKETS, entityBucket } from '../../domain/windows/entity-bucket.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import type { Client } from '../sql/client.ts';

/**
 * Locks the buckets of some entities until commit, in ascending order. Shards that write the same windows,
 * because the topic is not keyed by the entity, so take turns, and no update is lost. Shards of a topic that
 * is keyed by the entity have different buckets and do not wait. A transaction that locks several tables
 * locks them in the order of their names.
 */
export async function lockEntities(client: Client, table: string, keys: readonly EntityKey[]): Promise<void> {
  await lockBuckets(
    client,
    table,
    [...new Set(keys.map(entityBucket))].sort((a, b) => a - b),
  );
}

/** Locks all entities of a table until commit. */
export async function lockAllEntities(client: Client, table: string): Promise<void> {
  await lockBuckets(client, table, [...Array(ENTITY_BUCKETS).keys()]);
}

/**
 * The first number of a lock is a hash of the table name. Two tables with the same hash sometimes wait for
 * each other.
 */
async function lockBuckets(client: Client, table: string, buckets: readonly number[]): Promise<void> {
  await client.query(sql`
    SELECT pg_advisory_xact_lock(hashtext(${table}), bucket) FROM unnest(${buckets}::int[]) AS bucket`);
}
