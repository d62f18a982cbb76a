import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import type { CursorMove } from './cursors.ts';
import { placeColumns } from './log-place.ts';

/** A range of offsets that one write took, and the number of records by what they became. */
export interface LedgerEntry extends CursorMove {
  readonly raw: number;
  /** Raw events that are duplicates. */
  readonly duplicates: number;
  readonly deadLetters: number;
  /** Raw events that are late for a window. */
  readonly late: number;
  /** Records that Kafka had deleted before they were read. */
  readonly lost: bigint;
}

/** Inserts the ranges of one write into the ledger of a source. */
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
      { name: 'duplicates', type: 'bigint', values: of(({ duplicates }) => duplicates) },
      { name: 'late', type: 'bigint', values: of(({ late }) => late) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}

/** The number of absent offsets of a range: transaction markers, aborted and compacted records. */
function skipped({ from, to, raw, deadLetters, lost }: LedgerEntry): bigint {
  return to - from - BigInt(raw) - BigInt(deadLetters) - lost;
}

/**
 * Records in the ledger that dead letters have become raw events.
 *
 * @throws AsofError `ASOF_LEDGER_BROKEN` when one of them lies in no range.
 */
export async function recordReplay(
  client: Client,
  source: string,
  replayed: readonly RawEvent[],
): Promise<void> {
  const columns = [
    ...placeColumns(replayed.map(({ event }) => event)),
    { name: 'duplicate', type: 'boolean', values: replayed.map(({ duplicate }) => duplicate) },
  ];
  const { rows } = await client.query<{ moved: number }>(sql`
    WITH moved AS (
      SELECT kafka_partition, from_offset, count(*) AS replayed, count(*) FILTER (WHERE duplicate) AS repeats
      FROM ${unnest(columns, 'place')}
      CROSS JOIN LATERAL (
        SELECT from_offset FROM asof.offset_ledger AS entry
        WHERE entry.source = ${source} AND entry.kafka_partition = place.kafka_partition
          AND from_offset <= kafka_offset AND to_offset > kafka_offset
        ORDER BY from_offset DESC LIMIT 1
      ) AS entry
      GROUP BY kafka_partition, from_offset
    ), changed AS (
      UPDATE asof.offset_ledger AS entry
      SET raw = entry.raw + replayed, duplicates = entry.duplicates + repeats,
          dead_letters = entry.dead_letters - replayed
      FROM moved
      WHERE entry.source = ${source} AND entry.kafka_partition = moved.kafka_partition
        AND entry.from_offset = moved.from_offset
      RETURNING replayed
    )
    SELECT coalesce(sum(replayed), 0)::float8 AS moved FROM changed`);
  if (rows[0]!.moved === replayed.length) return;
  throw new AsofError(
    'ASOF_LEDGER_BROKEN',
    `${replayed.length - rows[0]!.moved} dead letters of '${source}' lie in no range of the offset ledger; nothing was changed. See what else is wrong with: npx asof stream check ${source}`,
    { details: { source } },
  );
}
