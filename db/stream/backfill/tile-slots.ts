import sql, { join, raw } from 'sql-template-tag';
import { type Instant, earliest, latest } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable, EntityKey } from '../../../domain/windows/stream-table.ts';
import { entityId } from '../../../domain/windows/tile.ts';
import { largestTiles } from '../../../domain/windows/window.ts';
import type { TableEngine } from '../../engine/load-engine.ts';
import { type BulkColumn, matches, unnest } from '../../sql/bulk-insert.ts';
import type { Client } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { keyColumns } from '../../tables/tiles.ts';
import { timeClusters } from '../../tables/time-clusters.ts';

/** An entity and the start of one of its largest tiles, without its content. */
export interface TileSlot {
  readonly key: EntityKey;
  readonly start: Instant;
}

export function slotId({ key, start }: TileSlot): string {
  return `${entityId(key)}\0${start}`;
}

/** Slots that are near to each other in time. */
export function slotClusters(
  { window }: CompiledStreamTable,
  slots: readonly TileSlot[],
): (readonly TileSlot[])[] {
  const { slide } = largestTiles(window);
  return timeClusters(slots, ({ start }) => ({ from: start, to: start + slide }));
}

/** The keys of slots, and `slot_from` and `slot_to`, between which their events lie. */
export function slotColumns(
  { definition, window }: CompiledStreamTable,
  slots: readonly TileSlot[],
): BulkColumn[] {
  const { slide } = largestTiles(window);
  return [
    ...keyColumns(definition.primaryKeys, slots),
    { name: 'slot_from', type: 'timestamptz', values: slots.map(({ start }) => toTimestamptz(start)) },
    {
      name: 'slot_to',
      type: 'timestamptz',
      values: slots.map(({ start }) => toTimestamptz(start + slide)),
    },
  ];
}

/**
 * How many of the first of some tiles, in order, hold at most so many raw events together; at least one. Tiles
 * of a slide are taken for small: only tails are counted.
 */
export async function slotsOfFewEvents(
  client: Client,
  { engine: { source }, table }: TableEngine,
  slots: readonly TileSlot[],
  most: number,
): Promise<number> {
  if (table.window.tail === undefined || slots.length <= 1) return slots.length;
  const time = ident('raw', source.eventTime);
  const counts = new Map<string, number>();
  for (const near of slotClusters(table, slots)) {
    const starts = near.map(({ start }) => start);
    const { rows } = await client.query<{ key: string[]; start: string; events: number }>(sql`
      SELECT ARRAY[${join(table.definition.primaryKeys.map((key) => ident('slot', key)))}] AS key,
             ${raw(microsExpression('slot.slot_from'))} AS start, count(*)::float8 AS events
      FROM ${rawEvents(source)} AS raw JOIN ${unnest(slotColumns(table, near), 'slot')}
        ON ${matches('raw', 'slot', table.definition.primaryKeys)} AND ${time} >= slot.slot_from AND ${time} < slot.slot_to
      WHERE ${time} >= ${toTimestamptz(earliest(starts))}
        AND ${time} < ${toTimestamptz(latest(starts) + largestTiles(table.window).slide)}
      GROUP BY 1, 2`);
    for (const { key, start, events } of rows) counts.set(slotId({ key, start: BigInt(start) }), events);
  }
  let held = 0;
  const full = slots.findIndex((slot) => (held += counts.get(slotId(slot)) ?? 0) > most);
  return full < 0 ? slots.length : Math.max(1, full);
}
