import type { WrittenTable } from '../../../domain/batch/written-table.ts';
import { lockForWriting } from '../../commits/table-lock.ts';
import { beginWrite, sealWrite } from '../../commits/writes.ts';
import { type Client, type Pool, inTransaction } from '../../sql/client.ts';
import { type OnLockWait, lockPatiently } from '../../sql/patient-lock.ts';
import { type Staged, measureStaged, mergeStaged, relationOf } from './merge-rows.ts';
import { type Contradiction, findContradictions, stageRows } from './stage-rows.ts';
import { WRITE_KINDS, type WriteCounts, type WriteOrigin, recordTableWrite } from './table-writes.ts';

/** Rows to write, and what to do with them. */
export interface RowsToWrite {
  /** All rows, as `stagedBytes` wrote them: they come without a pause, since the transaction is open meanwhile. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly origin: WriteOrigin;
  /** Throws if rows of one key and moment differ, or lie too far apart. */
  readonly accept: (contradictions: readonly Contradiction[], staged: Staged) => void;
  /** The most contradictions that `accept` hears of. */
  readonly contradictionsShown: number;
  readonly onWait?: OnLockWait | undefined;
  /** Whether new rows count as known since they became visible, not only since this write. */
  readonly isHistory?: boolean | undefined;
}

/**
 * Merges rows into a table by key and moment, in one transaction: all of them, or none. Writers of one table
 * take turns, but only to merge: meanwhile others may send their rows.
 */
export async function writeRows(pool: Pool, table: WrittenTable, rows: RowsToWrite): Promise<WriteCounts> {
  return inTransaction(pool, async (client) => {
    await stageRows(client, table, rows.bytes);
    const staged = await measureStaged(client, table);
    if (!staged) return { rows: 0, changed: 0 };
    rows.accept(await findContradictions(client, table, rows.contradictionsShown), staged);
    await lockTable(client, table, rows.onWait);
    const writeId = await beginWrite(client);
    const changed = await mergeStaged(client, table, staged, writeId);
    const counts = { rows: staged.rows, changed };
    await recordTableWrite(client, table, writeId, { origin: rows.origin, counts });
    await sealWrite(client, writeId, {
      kind: WRITE_KINDS[table.kind],
      subject: table.name,
      isHistory: rows.isHistory,
    });
    return counts;
  });
}

/** Waits for other writers of the table for as long as they get on. */
async function lockTable(client: Client, table: WrittenTable, onWait?: OnLockWait): Promise<void> {
  await lockPatiently(client, `asof.write_table ${table.name}`, onWait);
  await lockForWriting(client, relationOf(table));
}
