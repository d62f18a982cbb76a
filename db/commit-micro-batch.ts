import type { MicroBatch, StreamEngine } from '../domain/micro-batch.ts';
import { tilesToStore } from '../domain/retention-floors.ts';
import type { StreamTable } from '../domain/stream-table.ts';
import { tableMerge } from '../domain/table-change.ts';
import { tilePages } from '../domain/tile-pages.ts';
import { entitiesOf, type Tile } from '../domain/tile.ts';
import { inTransaction, type Client, type Pool } from './client.ts';
import { moveCursors } from './cursors.ts';
import { insertDeadLetters } from './dead-letters.ts';
import { lockEntities } from './entity-locks.ts';
import { writeFeatureRows } from './feature-rows.ts';
import { insertLateEvents } from './late-events.ts';
import { insertLedgerEntries, type LedgerEntry } from './ledger.ts';
import { readCarries, writeCarries } from './lifetime-carries.ts';
import { insertRawEvents } from './raw-events.ts';
import type { RegisteredEngine } from './registry.ts';
import { writeSeenEvents } from './seen-events.ts';
import { holdRevision } from './source-revisions.ts';
import { writeTiles } from './tiles.ts';
import { readWholeTiles } from './whole-tiles.ts';
import { beginWrite, sealWrite } from './writes.ts';

/**
 * Commits a micro-batch: raw events, dead letters, late events, tiles, window rows, the cursors and the ledger, in
 * one transaction. Either all of it happened or none of it.
 *
 * @returns how many window rows are new or changed.
 * @throws AsofError `ASOF_CURSOR_MOVED` (conflict) when another writer took these offsets first, `ASOF_DEFINITIONS_CHANGED`
 * (conflict) when the engine is no longer what the registry says.
 */
export async function commitMicroBatch(
  pool: Pool,
  engine: RegisteredEngine,
  batch: MicroBatch,
  entries: readonly LedgerEntry[],
): Promise<number> {
  const { name } = engine.source;
  return inTransaction(pool, async (client) => {
    await holdRevision(client, name, engine.revision);
    await moveCursors(client, name, entries);
    const writeId = await beginWrite(client);
    await insertRawEvents(client, engine.source, batch.raw, writeId);
    await writeSeenEvents(client, engine, batch);
    await insertDeadLetters(client, name, batch.deadLetters, writeId);
    await insertLateEvents(client, engine.source, batch.late, writeId);
    await insertLedgerEntries(client, name, entries, writeId);
    let rows = 0;
    for (const table of engine.tables) {
      const incoming = batch.tiles.get(table.definition.name) ?? [];
      if (incoming.length > 0) rows += await mergeIntoTable(client, engine, table, incoming, writeId);
    }
    await sealWrite(client, writeId, 'stream', name);
    return rows;
  });
}

/** Tiles that are merged at a stretch, in tens of milliseconds: heartbeats go on between, and memory has a bound. */
const TILES_PER_PAGE = 5_000;

/** Merges tiles into a table's, and writes the windows that they are part of; returns how many rows are new or changed. */
export async function mergeIntoTable(
  client: Client,
  engine: StreamEngine,
  table: StreamTable,
  incoming: readonly Tile[],
  writeId: string,
): Promise<number> {
  await lockEntities(client, table.definition.name, entitiesOf(incoming));
  const floor = engine.floors.tiles.get(table.definition.name);
  let rows = 0;
  for (const page of tilePages(incoming, TILES_PER_PAGE)) {
    const carries = await readCarries(client, table, entitiesOf(page));
    const merge = tableMerge(table, page, carries);
    const change = merge.change(await readWholeTiles(client, engine, table, merge.reads, writeId));
    await writeTiles(client, table, tilesToStore(change.tiles, floor));
    await writeCarries(client, table, change.carries);
    rows += await writeFeatureRows(client, engine.source, table, change.rows, writeId);
  }
  return rows;
}
