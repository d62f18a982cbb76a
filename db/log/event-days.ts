import sql from 'sql-template-tag';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import { floorTo } from '../../domain/time/instant.ts';
import { bulkInsert } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';

const MICROS_PER_DAY = 86_400_000_000n;
const REPLAYS = -1;

/** Who inserts raw events: the stream, which reads a partition with one writer, or replays of dead letters. */
export type RawEventWriter = 'stream' | 'replay';

/**
 * Records which days get events by a write, so that what was computed of these days is computed again. Rows
 * are locked in the order of their keys.
 */
export async function recordEventDays(
  client: Client,
  { name }: EventSourceDefinition,
  raws: readonly RawEvent[],
  { writeId, writer }: { readonly writeId: string; readonly writer: RawEventWriter },
): Promise<void> {
  const days = new Map<string, readonly [day: number, writer: number]>();
  for (const { event, duplicate } of raws) {
    if (duplicate) continue;
    const day = Number(floorTo(event.eventTs, MICROS_PER_DAY) / MICROS_PER_DAY);
    const by = writer === 'stream' ? event.partition : REPLAYS;
    days.set(`${day} ${by}`, [day, by]);
  }
  if (days.size === 0) return;
  const ordered = [...days.values()].sort(([a, m], [b, n]) => a - b || m - n);
  await client.query(
    bulkInsert(
      EVENT_DAYS,
      [
        { name: 'source', type: 'text', values: ordered.map(() => name) },
        { name: 'day', type: 'integer', values: ordered.map(([day]) => day) },
        { name: 'writer', type: 'integer', values: ordered.map(([, by]) => by) },
        { name: 'write_id', type: 'bigint', values: ordered.map(() => writeId) },
      ],
      sql`ON CONFLICT (source, day, writer) DO UPDATE SET write_id = excluded.write_id`,
    ),
  );
}

const EVENT_DAYS = ident('asof', 'event_days');
