import sql, { raw } from 'sql-template-tag';
import { mostEvents } from '../../../domain/stream/micro-batch-limits.ts';
import { type Instant, earlier, floorTo, later } from '../../../domain/time/instant.ts';
import { refold } from '../../../domain/windows/refold.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { END } from '../../../domain/windows/table-change.ts';
import { firstCompleteTile, lastWindowEnd } from '../../../domain/windows/window.ts';
import { lockAllEntities } from '../../commits/entity-locks.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import { readFloor } from '../../engine/floors.ts';
import type { TableEngine } from '../../engine/load-engine.ts';
import { insertLateEvents } from '../../log/late-events.ts';
import { readRawEvents } from '../../log/read-raw-events.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { advanceFill, endEmptyFill, openFill } from '../../tables/fills.ts';
import { type TimeRange, replaceTilesIn, writeRowsEndingIn } from './refilled-tiles.ts';

/** What one step of a fill did, and how far the fill has come. */
export interface FillStep {
  /** The number of raw events that were folded. */
  readonly events: number;
  /** The number of new or changed rows. */
  readonly rows: number;
  readonly filledTo: Instant;
  readonly fillTo: Instant;
}

/**
 * Fills the next stretch, a range of event time, of a table's past, in one transaction. The tiles of the
 * stretch become what the stream would have made of its raw events, and the windows that end in it get their
 * rows.
 *
 * Each step starts where the last committed step ended, and replaces what it finds. So a retry does no harm,
 * and neither does a write of the stream in the meantime: either it committed before and its events are among
 * the raw events, or it waits for the locks of the entities.
 *
 * @param maxEvents how many raw events to fold at most, fewer if the table is wide. A stretch has at least one
 * tile, whatever the number of its events.
 * @returns undefined when the table is filled.
 * @throws AsofError `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the engine was
 * loaded.
 */
export async function fillNextStretch(
  pool: Pool,
  tableEngine: TableEngine,
  maxEvents: number,
): Promise<FillStep | undefined> {
  const { engine, table } = tableEngine;
  const { source } = engine;
  const { name } = table.definition;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, source.name, engine.revision);
    const fill = await openFill(client, name, { lock: true });
    if (!fill) return undefined;
    const floor = await readFloor(client, source.name);
    const complete = await completeStretch(client, tableEngine, floor);
    if (!complete) return void (await endEmptyFill(client, name));
    const from = fill.filledTo ?? complete.from;
    const fillTo = fill.fillTo ?? complete.to;
    const to = earlier(
      (await stretchEnd(client, tableEngine, from, Math.min(maxEvents, mostEvents(table)))) ?? fillTo,
      fillTo,
    );

    await lockAllEntities(client, name);
    const writeId = await beginWrite(client);
    const events = await readRawEvents(client, source, { from, to });
    const { tiles, late } = refold(source, table, events);
    await replaceTilesIn(client, table, { from, to }, tiles);
    // Before the fill is complete, rows that the stream writes later cover only a part of the lifetimes.
    const rowsTo = to === fillTo && table.lifetime.length > 0 ? END : to;
    const rowsFrom = lastPartialEnd(table, floor, from);
    const rows = await writeRowsEndingIn({ client, engine, table, writeId }, { from: rowsFrom, to: rowsTo });
    await insertLateEvents(client, source, late, writeId);
    await advanceFill(client, name, { filledTo: to, fillTo });
    await sealWrite(client, writeId, 'backfill', name);
    return { events: events.length, rows, filledTo: to, fillTo };
  });
}

/**
 * The end of the last window to leave out. Windows that end at or before `from` are filled already; windows
 * that begin below the floor lack events.
 */
function lastPartialEnd({ window }: CompiledStreamTable, floor: Instant | undefined, from: Instant): Instant {
  if (floor === undefined) return from;
  return later(from, firstCompleteTile(window, floor) + window.length - window.slide);
}

/**
 * The event times to fill: from the first complete tile of the raw events to the end of their last window.
 * Undefined if there are none.
 */
async function completeStretch(
  client: Client,
  { engine: { source }, table: { window } }: TableEngine,
  floor: Instant | undefined,
): Promise<TimeRange | undefined> {
  const time = ident(source.eventTime).sql;
  const { rows } = await client.query<{ first: string | null; last: string | null }>(sql`
    SELECT ${raw(microsExpression(`min(${time})`))} AS first, ${raw(microsExpression(`max(${time})`))} AS last FROM ${rawEvents(source)}`);
  const { first, last } = rows[0]!;
  if (first === null || last === null) return undefined;
  const firstTile = floorTo(BigInt(first), window.slide);
  const from = floor === undefined ? firstTile : later(firstTile, firstCompleteTile(window, floor));
  const to = lastWindowEnd(window, BigInt(last));
  return from < to ? { from, to } : undefined;
}

/**
 * The end of a stretch of at most `maxEvents` raw events, or of one tile. Undefined if fewer raw events are
 * left.
 */
async function stretchEnd(
  client: Client,
  { engine: { source }, table }: TableEngine,
  from: Instant,
  maxEvents: number,
): Promise<Instant | undefined> {
  const { slide } = table.window;
  const time = ident(source.eventTime);
  const { rows } = await client.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression(time.sql))} AS at FROM ${rawEvents(source)} WHERE ${time} >= ${toTimestamptz(from)}
    ORDER BY ${time} OFFSET ${maxEvents} LIMIT 1`);
  return rows[0] && later(floorTo(BigInt(rows[0].at), slide), from + slide);
}
