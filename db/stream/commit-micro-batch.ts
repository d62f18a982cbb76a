import { earliestRecord } from '../../domain/stream/earliest-record.ts';
import type { MicroBatch } from '../../domain/stream/micro-batch.ts';
import { holdRevision } from '../commits/source-revisions.ts';
import { beginWrite, sealWrite } from '../commits/writes.ts';
import type { RegisteredEngine } from '../engine/load-engine.ts';
import { moveCursors } from '../log/cursors.ts';
import { insertDeadLetters } from '../log/dead-letters.ts';
import { insertRawEvents } from '../log/insert-raw-events.ts';
import { insertLateEvents } from '../log/late-events.ts';
import { type LedgerEntry, insertLedgerEntries } from '../log/ledger.ts';
import { writeSeenEvents } from '../log/seen-events.ts';
import { type Client, type Pool, between, inTransaction } from '../sql/client.ts';
import { mergeIntoTable } from '../tables/merge-into-table.ts';
import { NO_ROWS, type RowCounts, addRows } from '../tables/row-counts.ts';

/**
 * Commits a micro-batch in one transaction: raw events, dead letters, late events, tiles, window rows, the
 * cursors and the ledger.
 *
 * @param entries the ranges of offsets that the micro-batch covers, one for each partition.
 * @throws AsofError `ASOF_CURSOR_MOVED` (conflict) when another writer took these offsets first,
 * `ASOF_DEFINITIONS_CHANGED` (conflict) when the registry has changed since the engine was loaded.
 */
export async function commitMicroBatch(
  pool: Pool,
  engine: RegisteredEngine,
  batch: MicroBatch,
  entries: readonly LedgerEntry[],
): Promise<RowCounts> {
  return inTransaction(pool, async (client) => {
    const { writeId, rows } = await writeMicroBatch(client, engine, batch, entries);
    await sealWrite(client, writeId, {
      kind: 'stream',
      subject: engine.source.name,
      earliestRecord: earliestRecord(batch.raw),
    });
    return rows;
  });
}

/**
 * Does what {@link commitMicroBatch} does, and rolls it back.
 *
 * @throws what the commit would throw.
 */
export async function tryMicroBatch(
  pool: Pool,
  engine: RegisteredEngine,
  batch: MicroBatch,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const write = async (client: Client): Promise<void> => {
    await writeMicroBatch(client, engine, batch, entries);
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  };
  await between(pool, 'BEGIN', write, 'ROLLBACK');
}

async function writeMicroBatch(
  client: Client,
  engine: RegisteredEngine,
  batch: MicroBatch,
  entries: readonly LedgerEntry[],
): Promise<{ readonly writeId: string; readonly rows: RowCounts }> {
  const { name } = engine.source;
  await holdRevision(client, name, engine.revision);
  await moveCursors(client, name, entries);
  const writeId = await beginWrite(client);
  await insertRawEvents(client, engine.source, batch.raw, { writeId, writer: 'stream' });
  await writeSeenEvents(client, engine, batch);
  await insertDeadLetters(client, name, batch.deadLetters, writeId);
  await insertLateEvents(client, engine.source, batch.late, writeId);
  await insertLedgerEntries(client, name, entries, writeId);
  let rows = NO_ROWS;
  for (const table of engine.tables) {
    const incoming = batch.tiles.get(table.definition.name) ?? [];
    if (incoming.length === 0) continue;
    rows = addRows(rows, await mergeIntoTable({ client, engine, table, writeId }, incoming));
  }
  return { writeId, rows };
}
