import sql from 'sql-template-tag';
import { ENTITY_BUCKETS, entityBucket } from '../../domain/windows/entity-bucket.ts';
import type { EntityKey } from '../../domain/windows/stream-table.ts';
import type { Client } from '../sql/client.ts';

/**
 * Locks the buckets of the entities until commit, in order, so that shards which touch the same windows (a topic
 * that is not keyed by the entity) take turns and lose nothing of each other. Shards of a topic that is keyed by the
 * entity have different buckets, and do not wait. Whoever locks several tables does so in the order of their names.
 */
export async function lockEntities(client: Client, table: string, keys: readonly EntityKey[]): Promise<void> {
  await lockBuckets(
    client,
    table,
    [...new Set(keys.map(entityBucket))].sort((a, b) => a - b),
  );
}

/** Locks every entity of a table until commit. */
export async function lockAllEntities(client: Client, table: string): Promise<void> {
  await lockBuckets(client, table, [...Array(ENTITY_BUCKETS).keys()]);
}

/** The first number of a lock is for the table. Two tables that share one wait for each other now and then. */
async function lockBuckets(client: Client, table: string, buckets: readonly number[]): Promise<void> {
  await client.query(sql`
    SELECT pg_advisory_xact_lock(hashtext(${table}), bucket) FROM unnest(${buckets}::int[]) AS bucket`);
}
