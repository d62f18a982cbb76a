import sql, { type Sql } from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { countInvalid } from '../../domain/log/event.ts';
import type { RawEvent } from '../../domain/log/raw-event.ts';
import type { SkippedRecord } from '../../domain/log/skipped.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import type { CursorMove } from './cursors.ts';
import { type LogPlace, placeColumns } from './log-place.ts';

/** A range of offsets that one write took, and the number of its places by what they became. */
export interface LedgerEntry extends CursorMove {
  readonly raw: number;
  /** Raw events that are duplicates. */
  readonly duplicates: number;
  readonly deadLetters: number;
  /** Raw events that are late for a window. */
  readonly late: number;
  /** Records that Kafka had deleted before they were read. */
  readonly lost: bigint;
  /** Records that are not for the source, as its filter says. */
  readonly filtered: number;
  /** Records without a value that the source skips. */
  readonly tombstones: number;
  /** Records whose list of events is empty. */
  readonly emptyLists: number;
  /** How many more places than offsets the range has: the events of records with several, less these records. */
  readonly extraPlaces: number;
  /** By field: the raw events that have null since their value did not fit. */
  readonly invalidFields: Readonly<Record<string, number>>;
}

/** A range in which there were no records. */
export const NO_RECORDS = {
  raw: 0,
  duplicates: 0,
  deadLetters: 0,
  late: 0,
  filtered: 0,
  tombstones: 0,
  emptyLists: 0,
  extraPlaces: 0,
  invalidFields: {},
  lost: 0n,
} as const;

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
      { name: 'filtered', type: 'bigint', values: of(({ filtered }) => filtered) },
      { name: 'tombstones', type: 'bigint', values: of(({ tombstones }) => tombstones) },
      { name: 'empty_lists', type: 'bigint', values: of(({ emptyLists }) => emptyLists) },
      { name: 'extra_places', type: 'bigint', values: of(({ extraPlaces }) => extraPlaces) },
      {
        name: 'invalid_fields',
        type: 'jsonb',
        values: of(({ invalidFields }) => JSON.stringify(invalidFields)),
      },
      { name: 'duplicates', type: 'bigint', values: of(({ duplicates }) => duplicates) },
      { name: 'late', type: 'bigint', values: of(({ late }) => late) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}

/** The number of places of a range that no table stores: skipped ones, and offsets without a record. */
function skipped({ from, to, extraPlaces, raw, deadLetters, lost }: LedgerEntry): bigint {
  return to - from + BigInt(extraPlaces) - BigInt(raw) - BigInt(deadLetters) - lost;
}

/** What dead letters have become. */
export interface Replayed {
  readonly raw: readonly RawEvent[];
  readonly skipped: readonly SkippedRecord[];
}

/**
 * Records in the ledger that dead letters have become raw events, or are not for the source.
 *
 * @throws AsofError `ASOF_LEDGER_BROKEN` when one of them lies in no range.
 */
export async function recordReplay(client: Client, source: string, replayed: Replayed): Promise<void> {
  const places = replayedPlaces(replayed);
  const columns = [
    ...placeColumns(places),
    { name: 'became', type: 'text', values: places.map(({ became }) => became) },
    { name: 'invalid_fields', type: 'jsonb', values: places.map(({ invalidFields }) => invalidFields) },
  ];
  const { rows } = await client.query<{ moved: number }>(sql`
    WITH moved AS (
      SELECT kafka_partition, from_offset, count(*) AS replayed,
             count(*) FILTER (WHERE became = 'duplicate') AS repeats,
             count(*) FILTER (WHERE became = 'filtered') AS filtered,
             count(*) FILTER (WHERE became = 'tombstone') AS tombstones,
             count(*) FILTER (WHERE became = 'empty_list') AS empty_lists,
             count(*) FILTER (WHERE became NOT IN ('raw', 'duplicate')) AS skipped,
             asof.sum_by_name(array_agg(place.invalid_fields)) AS invalid_fields
      FROM ${unnest(columns, 'place')} CROSS JOIN ${rangeOfPlace(source)}
      GROUP BY kafka_partition, from_offset
    ), changed AS (
      UPDATE asof.offset_ledger AS entry
      SET raw = entry.raw + replayed - moved.skipped, duplicates = entry.duplicates + repeats,
          dead_letters = entry.dead_letters - replayed, skipped = entry.skipped + moved.skipped,
          filtered = entry.filtered + moved.filtered, tombstones = entry.tombstones + moved.tombstones,
          empty_lists = entry.empty_lists + moved.empty_lists,
          invalid_fields = asof.sum_by_name(ARRAY[entry.invalid_fields, moved.invalid_fields])
      FROM moved
      WHERE entry.source = ${source} AND entry.kafka_partition = moved.kafka_partition
        AND entry.from_offset = moved.from_offset
      RETURNING replayed
    )
    SELECT coalesce(sum(replayed), 0)::float8 AS moved FROM changed`);
  if (rows[0]!.moved === places.length) return;
  throw new AsofError(
    'ASOF_LEDGER_BROKEN',
    `${places.length - rows[0]!.moved} dead letters of '${source}' lie in no range of the offset ledger; nothing was changed. See what else is wrong with: npx asof stream check ${source}`,
    { details: { source } },
  );
}

function replayedPlaces({ raw, skipped: skips }: Replayed) {
  return [
    ...raw.map(({ event, duplicate }) => ({
      partition: event.partition,
      offset: event.offset,
      index: event.index,
      became: duplicate ? 'duplicate' : 'raw',
      invalidFields: JSON.stringify(countInvalid(event)),
    })),
    ...skips.map(({ record: { partition, offset, index }, reason }) => ({
      partition,
      offset,
      index,
      became: reason,
      invalidFields: '{}',
    })),
  ];
}

/** The range of the ledger that holds a row of the relation `place`, as `range`, for a CROSS JOIN. */
export function rangeOfPlace(source: string): Sql {
  return sql`LATERAL (
    SELECT from_offset FROM asof.offset_ledger AS entry
    WHERE entry.source = ${source} AND entry.kafka_partition = place.kafka_partition
      AND from_offset <= kafka_offset AND to_offset > kafka_offset
    ORDER BY from_offset DESC LIMIT 1
  ) AS range`;
}

/** By field: how many values of the event at a place did not fit. */
export interface InvalidAt extends LogPlace {
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Adds values of stored events that did not fit to the counts of their ranges. The caller must hold `lockAccounts`
 * of the source.
 */
export async function addInvalidFields(
  client: Client,
  source: string,
  found: readonly InvalidAt[],
): Promise<void> {
  if (found.length === 0) return;
  const columns = [
    ...placeColumns(found),
    { name: 'invalid_fields', type: 'jsonb', values: found.map(({ counts }) => JSON.stringify(counts)) },
  ];
  await client.query(sql`
    UPDATE asof.offset_ledger AS entry
    SET invalid_fields = asof.sum_by_name(ARRAY[entry.invalid_fields, added.invalid_fields])
    FROM (
      SELECT kafka_partition, from_offset, asof.sum_by_name(array_agg(place.invalid_fields)) AS invalid_fields
      FROM ${unnest(columns, 'place')} CROSS JOIN ${rangeOfPlace(source)} GROUP BY kafka_partition, from_offset
    ) AS added
    WHERE entry.source = ${source} AND entry.kafka_partition = added.kafka_partition
      AND entry.from_offset = added.from_offset`);
}
