import { beginWrite, sealWrite } from '../commits/writes.ts';
import { type Cursor, moveCursors } from '../log/cursors.ts';
import { NO_RECORDS, insertLedgerEntries } from '../log/ledger.ts';
import { type Pool, inTransaction } from '../sql/client.ts';

/**
 * Moves a cursor over offsets that Kafka deleted before they were read, and counts them as lost in the
 * ledger.
 *
 * @param firstLeft the first offset that Kafka still has.
 * @throws AsofError `ASOF_CURSOR_MOVED` (conflict) when another writer moved the cursor first.
 */
export async function recordLoss(
  pool: Pool,
  source: string,
  cursor: Cursor,
  firstLeft: bigint,
): Promise<void> {
  const { partition, nextOffset, watermark } = cursor;
  const move = { partition, from: nextOffset, to: firstLeft, watermark };
  await inTransaction(pool, async (client) => {
    await moveCursors(client, source, [move]);
    const writeId = await beginWrite(client);
    const lost = firstLeft - nextOffset;
    await insertLedgerEntries(client, source, [{ ...move, ...NO_RECORDS, lost }], writeId);
    await sealWrite(client, writeId, { kind: 'stream', subject: source });
  });
}
