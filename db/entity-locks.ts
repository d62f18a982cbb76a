import sql from 'sql-template-tag';
import { entityId } from '../domain/tile.ts';
import type { EntityKey } from '../domain/stream-table.ts';
import type { Client } from './client.ts';

/** Few enough for the server's lock table, many enough that two shards seldom wait for each other. */
const BUCKETS = 256;

/**
 * Locks the buckets of the entities until commit, in order, so that shards which touch the same windows (a topic
 * that is not keyed by the entity) take turns and lose nothing of each other. Whoever locks several tables does so
 * in the order of their names.
 */
export async function lockEntities(client: Client, table: string, keys: readonly EntityKey[]): Promise<void> {
  const buckets = [...new Set(keys.map((key) => fnv1a(entityId(key)) % BUCKETS))].sort((a, b) => a - b);
  await lockBuckets(client, table, buckets);
}

/** Locks every entity of a table until commit. */
export async function lockAllEntities(client: Client, table: string): Promise<void> {
  await lockBuckets(
    client,
    table,
    Array.from({ length: BUCKETS }, (_, bucket) => bucket),
  );
}

async function lockBuckets(client: Client, table: string, buckets: readonly number[]): Promise<void> {
  await client.query(sql`
    SELECT pg_advisory_xact_lock(${fnv1a(table) | 0}, bucket) FROM unnest(${buckets}::int[]) AS bucket`);
}

/** The 32-bit FNV-1a hash of a text's UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
