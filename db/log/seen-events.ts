import { createHash } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { type SeenEvents, forgettableBefore } from '../../domain/log/deduplication.ts';
import type { MicroBatch, StreamEngine } from '../../domain/stream/micro-batch.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';

/**
 * The seen events of some deduplication keys, in one round trip.
 *
 * @param keys the deduplication keys, by partition.
 */
export async function readSeenEvents(
  db: Queryable,
  source: string,
  keys: ReadonlyMap<number, ReadonlySet<string>>,
): Promise<SeenEvents> {
  const asked = [...keys].flatMap(([partition, texts]) => [...texts].map((text) => ({ partition, text })));
  const seen = new Map<number, Map<string, Instant>>();
  if (asked.length === 0) return seen;
  const columns = [
    { name: 'index', type: 'int', values: asked.map((_, index) => index) },
    { name: 'kafka_partition', type: 'int', values: asked.map(({ partition }) => partition) },
    { name: 'key', type: 'bytea', values: asked.map(({ text }) => hash(text)) },
  ];
  const { rows } = await db.query<{ index: number; clock: string }>(sql`
    SELECT index, ${raw(microsExpression('clock'))} AS clock
    FROM ${unnest(columns, 'asked')} JOIN asof.seen_events AS seen USING (kafka_partition, key)
    WHERE seen.source = ${source}`);
  for (const { index, clock } of rows) {
    const { partition, text } = asked[index]!;
    const ofPartition = seen.get(partition) ?? new Map<string, Instant>();
    seen.set(partition, ofPartition.set(text, BigInt(clock)));
  }
  return seen;
}

/** Stores the originals of a micro-batch, and deletes the seen events that can have no more duplicates. */
export async function writeSeenEvents(
  client: Client,
  { source, deduplication }: StreamEngine,
  { seen, watermarks }: MicroBatch,
): Promise<void> {
  if (!deduplication) return;
  await rememberEvents(client, source.name, seen);
  for (const [partition, watermark] of watermarks) {
    const horizon = forgettableBefore(deduplication, watermark);
    if (horizon === undefined) continue;
    await client.query(sql`
      DELETE FROM asof.seen_events
      WHERE source = ${source.name} AND kafka_partition = ${partition} AND clock < ${toTimestamptz(horizon)}`);
  }
}

/** Stores originals. Where one of the same key is stored, the later of the two stays. */
export async function rememberEvents(client: Client, source: string, seen: SeenEvents): Promise<void> {
  const originals = [...seen].flatMap(([partition, keys]) =>
    [...keys].map(([text, clock]) => ({ partition, text, clock })),
  );
  if (originals.length === 0) return;
  const columns = [
    { name: 'source', type: 'text', values: originals.map(() => source) },
    { name: 'kafka_partition', type: 'int', values: originals.map(({ partition }) => partition) },
    { name: 'key', type: 'bytea', values: originals.map(({ text }) => hash(text)) },
    { name: 'clock', type: 'timestamptz', values: originals.map(({ clock }) => toTimestamptz(clock)) },
  ];
  const over = sql`
    ON CONFLICT (source, kafka_partition, key) DO UPDATE SET clock = greatest(known.clock, excluded.clock)`;
  await client.query(bulkInsert(sql`${ident('asof', 'seen_events')} AS known`, columns, over));
}

/** Deduplication keys may be longer than an index entry can be. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
