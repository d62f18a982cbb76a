import sql, { raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { type Instant, earlier, floorTo, later } from '../../../domain/time/instant.ts';
import { refold } from '../../../domain/windows/refold.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { END } from '../../../domain/windows/table-change.ts';
import { firstCompleteTile, lastWindowEnd } from '../../../domain/windows/window.ts';
import { lockAllEntities } from '../../commits/entity-locks.ts';
import { holdRevision } from '../../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import { readFloor } from '../../engine/floors.ts';
import type { RegisteredEngine } from '../../engine/load-engine.ts';
import { insertLateEvents } from '../../log/late-events.ts';
import { readRawEvents } from '../../log/read-raw-events.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { rawEvents } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { advanceFill, endEmptyFill, openFill } from '../../tables/fills.ts';
import { replaceTilesIn, writeRowsEndingIn } from './refilled-tiles.ts';

/** What one step of a fill did, and how far the fill is. */
export interface FillStep {
  /** Raw events that were folded. */
  readonly events: number;
  /** Rows that are new or changed. */
  readonly rows: number;
  readonly filledTo: Instant;
  readonly fillTo: Instant;
}

/**
 * Fills the next stretch of a table's past, in one transaction: its tiles become what the stream would have made of the
 * raw events there, and the windows that end in it get their rows. Each step takes up where the last committed one
 * ended, and replaces what it finds, so it does not matter how often a step is tried or what the stream writes meanwhile:
 * a stream's write to these entities either was committed before, and its events are among the raw events, or waits.
 *
 * @returns undefined when the table is filled.
 */
export async function fillNextStretch(
  pool: Pool,
  engine: RegisteredEngine,
  table: CompiledStreamTable,
  maxEvents: number,
): Promise<FillStep | undefined> {
  const { source } = engine;
  const { name } = table.definition;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, source.name, engine.revision);
    const fill = await openFill(client, name, { lock: true });
    if (!fill) return undefined;
    const floor = await readFloor(client, source.name);
    const whole = await wholeStretch(client, source, table, floor);
    if (!whole) return void (await endEmptyFill(client, name));
    const from = fill.filledTo ?? whole.from;
    const fillTo = fill.fillTo ?? whole.to;
    const to = earlier((await stretchEnd(client, source, table, from, maxEvents)) ?? fillTo, fillTo);

    await lockAllEntities(client, name);
    const writeId = await beginWrite(client);
    const events = await readRawEvents(client, source, { from, to });
    const { tiles, late } = refold(source, table, events);
    await replaceTilesIn(client, table, { from, to }, tiles);
    // What the stream wrote beyond the fill while there were gaps before it is over a part of the lifetimes.
    const rowsTo = to === fillTo && table.lifetime.length > 0 ? END : to;
    const rowsFrom = lastPartialEnd(table, floor, from);
    const rows = await writeRowsEndingIn(client, source, table, { from: rowsFrom, to: rowsTo }, writeId);
    await insertLateEvents(client, source, late, writeId);
    await advanceFill(client, name, { filledTo: to, fillTo });
    await sealWrite(client, writeId, 'backfill', name);
    return { events: events.length, rows, filledTo: to, fillTo };
  });
}

/** The end of the last window that ends by `from`, or that reaches below the floor: such a window lacks events. */
function lastPartialEnd({ window }: CompiledStreamTable, floor: Instant | undefined, from: Instant): Instant {
  if (floor === undefined) return from;
  return later(from, firstCompleteTile(window, floor) + window.length - window.slide);
}

/** From the first whole tile of the raw events that there are now to the end of their last window; undefined for none. */
async function wholeStretch(
  client: Client,
  source: EventSourceDefinition,
  { window }: CompiledStreamTable,
  floor: Instant | undefined,
): Promise<{ from: Instant; to: Instant } | undefined> {
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

/** Where a stretch of at most `maxEvents` raw events, or of one tile, ends; undefined where all the rest are fewer. */
async function stretchEnd(
  client: Client,
  source: EventSourceDefinition,
  { window: { slide } }: CompiledStreamTable,
  from: Instant,
  maxEvents: number,
): Promise<Instant | undefined> {
  const time = ident(source.eventTime);
  const { rows } = await client.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression(time.sql))} AS at FROM ${rawEvents(source)} WHERE ${time} >= ${toTimestamptz(from)}
    ORDER BY ${time} OFFSET ${maxEvents} LIMIT 1`);
  return rows[0] && later(floorTo(BigInt(rows[0].at), slide), from + slide);
}
