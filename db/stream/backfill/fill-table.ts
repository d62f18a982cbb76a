import sql, { raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { mostEvents } from '../../../domain/stream/micro-batch-limits.ts';
import { type Instant, earlier, later } from '../../../domain/time/instant.ts';
import { refold } from '../../../domain/windows/refold.ts';
import { leastWatermark } from '../../../domain/windows/retention-floors.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { END } from '../../../domain/windows/table-merge.ts';
import { firstCompleteTile, largestTiles, lastRowEnd, tileStart } from '../../../domain/windows/window.ts';
import { lockAllEntities } from '../../commits/entity-locks.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import type { TableEngine } from '../../engine/load-engine.ts';
import { relistLateEvents } from '../../log/late-events.ts';
import { rawEventSpan } from '../../log/raw-event-span.ts';
import { readRawEvents } from '../../log/read-raw-events.ts';
import { chunkSpans } from '../../sql/chunks.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { type TableFill, advanceFill, endEmptyFill, openFill } from '../../tables/fills.ts';
import { endOfFewChunks } from '../touched-chunks.ts';
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
 * @param maxEvents how many raw events to fold at most, fewer if the table is wide or they lie in many chunks. A
 * stretch has at least one tile, whatever the number of its events.
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
    const left = stretchLeft(fill, source.late) ?? (await completeStretch(client, tableEngine, fill.rawFrom));
    if (!left) return void (await endEmptyFill(client, name));
    const { from, to: fillTo } = left;
    const to = await stretchEnd(client, tableEngine, left, Math.min(maxEvents, mostEvents(table)));

    await lockAllEntities(client, name);
    const writeId = await beginWrite(client);
    const events = await readRawEvents(client, source, { from, to });
    const { tiles, late } = refold(source, table, events, leastWatermark(table, engine.floors));
    await replaceTilesIn(client, table, { from, to }, tiles);
    // Before the fill is complete, rows that the stream writes later cover only a part of the lifetimes.
    const rowsTo = to === fillTo && table.lifetime.length > 0 ? END : to;
    const rowsFrom = lastPartialEnd(table, fill.rawFrom, from);
    const rows = await writeRowsEndingIn({ client, engine, table, writeId }, { from: rowsFrom, to: rowsTo });
    await relistLateEvents(client, source, late, writeId);
    await advanceFill(client, name, { filledTo: to, fillTo, late: source.late });
    await sealWrite(client, writeId, { kind: 'backfill', subject: name, isHistory: true });
    return { events: events.length, rows, filledTo: to, fillTo };
  });
}

/**
 * What is left of a fill that has begun. Undefined if it has not, or if the source has changed what it does
 * with late events: the fill then starts again, so that one rule makes the whole past.
 */
function stretchLeft(
  { filledTo, fillTo, late }: TableFill,
  now: EventSourceDefinition['late'],
): TimeRange | undefined {
  return filledTo === null || fillTo === null || late !== now ? undefined : { from: filledTo, to: fillTo };
}

/**
 * The end of the last window to leave out. Windows that end at or before `from` are filled already; windows
 * that begin below the floor lack events.
 */
function lastPartialEnd({ window }: CompiledStreamTable, floor: Instant | null, from: Instant): Instant {
  if (floor === null) return from;
  return later(from, firstCompleteTile(largestTiles(window), floor) + window.length - window.slide);
}

/**
 * The event times to fill: from the first complete tile of the raw events to the end of their last row.
 * Undefined if there are none.
 */
async function completeStretch(
  client: Client,
  { engine: { source }, table: { window } }: TableEngine,
  floor: Instant | null,
): Promise<TimeRange | undefined> {
  const events = await rawEventSpan(client, source);
  if (!events) return undefined;
  const largest = largestTiles(window);
  const firstTile = tileStart(largest, events.first);
  const from = floor === null ? firstTile : later(firstTile, firstCompleteTile(largest, floor));
  const to = lastRowEnd(window, events.last);
  return from < to ? { from, to } : undefined;
}

/**
 * The end of the next stretch of what is left: it has at most `maxEvents` raw events in few chunks, or is one
 * tile.
 */
async function stretchEnd(
  client: Client,
  { engine: { source }, table }: TableEngine,
  { from, to }: TimeRange,
  maxEvents: number,
): Promise<Instant> {
  const largest = largestTiles(table.window);
  const chunks = (await chunkSpans(client, rawEvents(source))).filter((chunk) => chunk.to > from);
  const few = endOfFewChunks(
    [table],
    chunks.map((chunk) => later(chunk.from, from)),
  );
  const time = ident(source.eventTime);
  const { rows } = await client.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression(time.sql))} AS at FROM ${rawEvents(source)}
    WHERE ${time} >= ${toTimestamptz(from)} AND ${time} < ${toTimestamptz(earlier(few ?? to, to))}
    ORDER BY ${time} OFFSET ${maxEvents} LIMIT 1`);
  const end = rows[0] ? BigInt(rows[0].at) : few;
  return end === undefined ? to : earlier(later(tileStart(largest, end), from + largest.slide), to);
}
