import type { CursorMove } from './cursors.ts';
import { bulkInsert } from './bulk-insert.ts';
import type { Client } from './client.ts';
import { ident } from './identifier.ts';

/** A range of offsets that one write took, and what its records became. */
export interface LedgerEntry extends CursorMove {
  readonly raw: number;
  readonly deadLetters: number;
  readonly late: number;
  /** Records that Kafka had deleted before they were read. */
  readonly lost: bigint;
}

export async function insertLedgerEntries(
  client: Client,
  source: string,
  entries: readonly LedgerEntry[],
  writeId: string,
): Promise<void> {
  const of = <Value>(pick: (entry: LedgerEntry) => Value): Value[] => entries.map(pick);
  await client.query(
    bulkInsert(ident('asof', 'offset_ledger'), [
      { name: 'source', type: 'text', values: of(() => source) },
      { name: 'kafka_partition', type: 'int', values: of(({ partition }) => partition) },
      { name: 'from_offset', type: 'bigint', values: of(({ from }) => from) },
      { name: 'to_offset', type: 'bigint', values: of(({ to }) => to) },
      { name: 'raw', type: 'bigint', values: of(({ raw }) => raw) },
      { name: 'dead_letters', type: 'bigint', values: of(({ deadLetters }) => deadLetters) },
      { name: 'skipped', type: 'bigint', values: of(skipped) },
      { name: 'lost', type: 'bigint', values: of(({ lost }) => lost) },
      { name: 'late', type: 'bigint', values: of(({ late }) => late) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}

/** Offsets of the range at which there was no record to read: transaction markers, aborted and compacted records. */
function skipped({ from, to, raw, deadLetters, lost }: LedgerEntry): bigint {
  return to - from - BigInt(raw) - BigInt(deadLetters) - lost;
}
