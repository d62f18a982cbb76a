import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Queryable } from '../sql/client.ts';
import { rawEvents } from '../sql/relations.ts';

/** A contradiction between the ledger and the tables. `detail` holds offsets as decimal texts. */
export interface LedgerViolation {
  readonly kind:
    | 'gap'
    | 'overlap'
    | 'cursor'
    | 'count'
    | 'raw'
    | 'duplicates'
    | 'dead_letters'
    | 'invalid_fields'
    | 'expired'
    | 'late'
    | 'twice'
    | 'outside'
    | 'unsealed';
  readonly partition: number;
  readonly detail: string;
}

/**
 * The totals of one partition in the ledger. Offsets are decimal texts, the others are numbers of places.
 */
export interface LedgerTotals {
  readonly partition: number;
  readonly fromOffset: string;
  readonly toOffset: string;
  readonly raw: number;
  readonly deadLetters: number;
  /** Places that no table stores: `filtered`, `tombstones`, `emptyLists`, and offsets without a record. */
  readonly skipped: number;
  readonly filtered: number;
  readonly tombstones: number;
  /** Records whose list of events is empty. */
  readonly emptyLists: number;
  /** How many more places than offsets there are: the events of records with several, less these records. */
  readonly extraPlaces: number;
  readonly lost: number;
  /** Raw events that are duplicates. */
  readonly duplicates: number;
  readonly late: number;
  /** Raw events and dead letters that retention removed. */
  readonly expired: number;
}

/** The totals of a source, by partition. */
export async function ledgerTotals(db: Queryable, source: string): Promise<LedgerTotals[]> {
  const { rows } = await db.query<LedgerTotals>(sql`
    SELECT kafka_partition AS partition, min(from_offset) AS "fromOffset", max(to_offset) AS "toOffset",
           sum(raw)::float8 AS raw, sum(dead_letters)::float8 AS "deadLetters", sum(skipped)::float8 AS skipped,
           sum(filtered)::float8 AS filtered, sum(tombstones)::float8 AS tombstones,
           sum(empty_lists)::float8 AS "emptyLists", sum(extra_places)::float8 AS "extraPlaces",
           sum(lost)::float8 AS lost, sum(late)::float8 AS late, sum(duplicates)::float8 AS duplicates, sum(expired)::float8 AS expired
    FROM asof.offset_ledger WHERE source = ${source} GROUP BY kafka_partition ORDER BY kafka_partition`);
  return rows;
}

/** Everything that is wrong with the ledger of a source, from one query. Empty in a correct system. */
export async function ledgerViolations(
  db: Queryable,
  source: EventSourceDefinition,
): Promise<LedgerViolation[]> {
  const { name } = source;
  const checks = [
    brokenChains,
    misplacedCursors(name),
    absurdCounts,
    miscounts('raw', 'raw_rows'),
    miscounts('duplicates', 'duplicate_rows'),
    miscounts('dead_letters', 'dead_letter_rows'),
    miscountedInvalid,
    misexpired,
    miscountedLate,
    repeatedOffsets,
    strays,
    unsealedWrites,
  ];
  const { rows } = await db.query<LedgerViolation>(sql`
    WITH entry AS MATERIALIZED (SELECT * FROM asof.offset_ledger WHERE source = ${name}),
    listed AS (
      SELECT DISTINCT write_id, kafka_partition, kafka_offset, kafka_index FROM events.late_events WHERE source = ${name}
    ),
    ${rowsByRange(source)}
    ${join(checks, ' UNION ALL ')}
    ORDER BY partition, kind, detail`);
  return rows;
}

/**
 * The relations `found` and `counted`: the number of raw events and dead letters in each range of the ledger,
 * and between the ranges.
 *
 * One sort puts the places of all rows and the bounds of all ranges in order. `bound` is the last bound at
 * or before an offset: odd if it is the start of a range, even if it is an end. So a row counts in the range
 * in which it lies, also if another write stored it, as with replayed dead letters.
 */
function rowsByRange(source: EventSourceDefinition): Sql {
  return sql`
    place AS (
      SELECT kafka_partition, least(to_offset, lead(from_offset) OVER (PARTITION BY kafka_partition ORDER BY from_offset)) AS kafka_offset,
             -1 AS kafka_index, -1 AS kind, 0::bigint AS invalid
      FROM entry
      UNION ALL SELECT kafka_partition, from_offset, -1, 0, 0 FROM entry
      UNION ALL SELECT kafka_partition, kafka_offset, kafka_index, CASE WHEN duplicate THEN 3 ELSE 1 END,
             CASE WHEN invalid_fields IS NULL THEN 0 ELSE (SELECT count(*) FROM jsonb_object_keys(invalid_fields)) END
      FROM ${rawEvents(source)}
      UNION ALL SELECT kafka_partition, kafka_offset, kafka_index, 2, 0 FROM events.dead_letters WHERE source = ${source.name}
    ),
    found AS MATERIALIZED (
      SELECT kafka_partition, coalesce(bound % 2, 0) = 1 AS is_inside, bound / 2 AS from_offset,
             count(*) FILTER (WHERE kind <> 2) AS raw_rows, count(*) FILTER (WHERE kind = 3) AS duplicate_rows, count(*) FILTER (WHERE kind = 2) AS dead_letter_rows,
             sum(invalid) AS invalid_values,
             min(kafka_offset) AS least, max(kafka_offset) AS greatest,
             count(*) FILTER (WHERE is_again) AS repeats, min(kafka_offset) FILTER (WHERE is_again) AS first_repeat
      FROM (
        SELECT *, max(CASE WHEN kind <= 0 THEN kafka_offset * 2 + kind + 1 END) OVER in_order AS bound,
               kafka_offset = lag(CASE WHEN kind > 0 THEN kafka_offset END) OVER in_order
                 AND kafka_index = lag(kafka_index) OVER in_order AS is_again
        FROM place
        WINDOW in_order AS (PARTITION BY kafka_partition ORDER BY kafka_offset, kafka_index, kind ROWS UNBOUNDED PRECEDING)
      ) AS placed
      WHERE kind > 0 GROUP BY kafka_partition, bound
    ),
    counted AS (
      SELECT entry.*, coalesce(raw_rows, 0) AS raw_rows, coalesce(duplicate_rows, 0) AS duplicate_rows, coalesce(dead_letter_rows, 0) AS dead_letter_rows,
             coalesce(invalid_values, 0) AS invalid_values,
             (SELECT coalesce(sum(value::bigint), 0) FROM jsonb_each_text(entry.invalid_fields)) AS invalid,
             format('offsets [%s, %s)', entry.from_offset, to_offset) AS range
      FROM entry LEFT JOIN found ON is_inside
        AND found.kafka_partition = entry.kafka_partition AND found.from_offset = entry.from_offset
    )`;
}

/** Ranges that do not begin where the previous range ended. */
const brokenChains = sql`
  SELECT CASE WHEN from_offset > previous_to THEN 'gap' ELSE 'overlap' END AS kind, kafka_partition AS partition,
         format('a range begins at %s, the one before it ended at %s', from_offset, previous_to) AS detail
  FROM (
    SELECT *, lag(to_offset) OVER (PARTITION BY kafka_partition ORDER BY from_offset) AS previous_to FROM entry
  ) AS chain
  WHERE from_offset <> previous_to`;

/** Cursors that do not stand at the end of the ledger, or did not start at its beginning. */
function misplacedCursors(source: string): Sql {
  return sql`
    SELECT 'cursor', kafka_partition,
           CASE WHEN next_offset IS NULL THEN format('the ledger ends at %s, and there is no cursor', reached)
                ELSE format('the cursor went from %s to %s, the ledger from %s to %s', first_offset, next_offset,
                            coalesce(started, first_offset), coalesce(reached, first_offset)) END
    FROM (
      SELECT kafka_partition, min(from_offset) AS started, max(to_offset) AS reached FROM entry GROUP BY kafka_partition
    ) AS ledger
    FULL JOIN (SELECT * FROM asof.stream_cursors WHERE source = ${source}) AS cursor USING (kafka_partition)
    WHERE next_offset IS DISTINCT FROM coalesce(reached, first_offset) OR started <> first_offset`;
}

/** Counts that are impossible, whatever the tables hold. */
const absurdCounts = sql`
  SELECT 'count', kafka_partition,
         format('%s: raw %s, duplicates %s, dead_letters %s, skipped %s, of which filtered %s, tombstones %s and empty_lists %s, extra_places %s, lost %s, late %s, expired %s, expired_late %s cannot be',
                range, raw, duplicates, dead_letters, skipped, filtered, tombstones, empty_lists, extra_places, lost, late, expired, expired_late)
  FROM counted
  WHERE least(raw, duplicates, dead_letters, skipped, filtered, tombstones, empty_lists, extra_places, lost, late, expired, expired_late) < 0
     OR filtered + tombstones + empty_lists > skipped
     OR raw + dead_letters + skipped + lost <> to_offset - from_offset + extra_places
     OR late > raw OR duplicates > raw OR expired > raw + dead_letters OR expired_late > late`;

/** Ranges whose number of rows is not the count in the ledger, where retention has removed none. */
function miscounts(kind: 'raw' | 'duplicates' | 'dead_letters', rows: string): Sql {
  return sql`
    SELECT ${raw(`'${kind}'`)}, kafka_partition,
           format('%s: the ledger says %s, the table has %s rows', range, ${raw(kind)}, ${raw(rows)})
    FROM counted WHERE ${raw(kind)} < ${raw(rows)} OR (expired = 0 AND ${raw(kind)} <> ${raw(rows)})`;
}

/** Ranges where the stored rows and the expired ones do not add up to the count in the ledger. */
const misexpired = sql`
  SELECT 'expired', kafka_partition,
         format('%s: the ledger says %s raw events and dead letters, of which %s expired; the tables have %s rows', range,
                raw + dead_letters, expired, raw_rows + dead_letter_rows)
  FROM counted WHERE expired > 0 AND raw + dead_letters - expired <> raw_rows + dead_letter_rows`;

/** Ranges whose raw events have another number of values that did not fit, where retention has removed none. */
const miscountedInvalid = sql`
  SELECT 'invalid_fields', kafka_partition,
         format('%s: the ledger says %s values that did not fit, the table has %s', range, invalid, invalid_values)
  FROM counted WHERE invalid < invalid_values OR (expired = 0 AND invalid <> invalid_values)`;

/**
 * Ranges whose count of late events is not that of the late list. Only the writes of the stream count: the
 * ledger does not count the late events that backfills and replays list. An event that is late in several
 * tables counts once.
 */
const miscountedLate = sql`
  SELECT 'late', kafka_partition,
         format('%s: the ledger says %s, of which %s expired; the list has %s events, at offsets %s to %s', range, late,
                expired_late, coalesce(events, 0), least, greatest)
  FROM counted
  LEFT JOIN (
    SELECT write_id, kafka_partition, count(*) AS events, min(kafka_offset) AS least, max(kafka_offset) AS greatest
    FROM listed GROUP BY write_id, kafka_partition
  ) AS late_events USING (write_id, kafka_partition)
  WHERE late - expired_late <> coalesce(events, 0) OR least < from_offset OR greatest >= to_offset`;

/** Places that a table holds twice, or that both tables hold. */
const repeatedOffsets = sql`
  SELECT 'twice', kafka_partition,
         format('%s rows are at a place that is taken, the first at offset %s: each is a raw event or a dead letter, once',
                repeats, first_repeat)
  FROM found WHERE repeats > 0`;

/** Rows at offsets that lie in no range. */
const strays = sql`
  SELECT 'outside', kafka_partition,
         format('%s raw events and %s dead letters lie in no range, at offsets %s to %s', raw_rows, dead_letter_rows, least,
                greatest)
  FROM found WHERE NOT is_inside`;

/** Ranges whose write is not sealed. */
const unsealedWrites = sql`
  SELECT 'unsealed', kafka_partition, format('write %s is not behind the knowledge cut', write_id)
  FROM entry WHERE NOT EXISTS (SELECT FROM asof.writes WHERE writes.write_id = entry.write_id)`;
