import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Queryable } from '../sql/client.ts';
import { rawEvents } from '../sql/relations.ts';

/** Something that the ledger and the tables disagree about. Offsets are decimal texts. */
export interface LedgerViolation {
  readonly kind:
    | 'gap'
    | 'overlap'
    | 'cursor'
    | 'count'
    | 'raw'
    | 'duplicates'
    | 'dead_letters'
    | 'expired'
    | 'late'
    | 'twice'
    | 'outside'
    | 'unsealed';
  readonly partition: number;
  readonly detail: string;
}

/** What the ledger says of one partition. */
export interface LedgerTotals {
  readonly partition: number;
  readonly fromOffset: string;
  readonly toOffset: string;
  readonly raw: number;
  readonly deadLetters: number;
  readonly skipped: number;
  readonly lost: number;
  /** Raw events that repeat others. */
  readonly duplicates: number;
  readonly late: number;
  /** Raw events and dead letters that retention removed. */
  readonly expired: number;
}

export async function ledgerTotals(db: Queryable, source: string): Promise<LedgerTotals[]> {
  const { rows } = await db.query<LedgerTotals>(sql`
    SELECT kafka_partition AS partition, min(from_offset) AS "fromOffset", max(to_offset) AS "toOffset",
           sum(raw)::float8 AS raw, sum(dead_letters)::float8 AS "deadLetters", sum(skipped)::float8 AS skipped,
           sum(lost)::float8 AS lost, sum(late)::float8 AS late, sum(duplicates)::float8 AS duplicates, sum(expired)::float8 AS expired
    FROM asof.offset_ledger WHERE source = ${source} GROUP BY kafka_partition ORDER BY kafka_partition`);
  return rows;
}

/** Every way in which the ledger of a source is not whole, in one query. None in a correct system. */
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
    misexpired,
    miscountedLate,
    repeatedOffsets,
    strays,
    unsealedWrites,
  ];
  const { rows } = await db.query<LedgerViolation>(sql`
    WITH entry AS MATERIALIZED (SELECT * FROM asof.offset_ledger WHERE source = ${name}),
    listed AS (
      SELECT DISTINCT write_id, kafka_partition, kafka_offset FROM events.late_events WHERE source = ${name}
    ),
    ${rowsByRange(source)}
    ${join(checks, ' UNION ALL ')}
    ORDER BY partition, kind, detail`);
  return rows;
}

/**
 * `found`: how many raw events and dead letters lie in each range, and between the ranges. One sort of all offsets with
 * the ranges' bounds among them: `bound` is the last one at or before an offset, odd where a range begins there and even
 * where one ended. So a row is counted where it lies, whichever write left it: replayed dead letters carry another one.
 */
function rowsByRange(source: EventSourceDefinition): Sql {
  return sql`
    place AS (
      SELECT kafka_partition, least(to_offset, lead(from_offset) OVER (PARTITION BY kafka_partition ORDER BY from_offset)) AS kafka_offset,
             -1 AS kind
      FROM entry
      UNION ALL SELECT kafka_partition, from_offset, 0 FROM entry
      UNION ALL SELECT kafka_partition, kafka_offset, CASE WHEN duplicate THEN 3 ELSE 1 END FROM ${rawEvents(source)}
      UNION ALL SELECT kafka_partition, kafka_offset, 2 FROM events.dead_letters WHERE source = ${source.name}
    ),
    found AS MATERIALIZED (
      SELECT kafka_partition, coalesce(bound % 2, 0) = 1 AS is_inside, bound / 2 AS from_offset,
             count(*) FILTER (WHERE kind <> 2) AS raw_rows, count(*) FILTER (WHERE kind = 3) AS duplicate_rows, count(*) FILTER (WHERE kind = 2) AS dead_letter_rows,
             min(kafka_offset) AS least, max(kafka_offset) AS greatest,
             count(*) FILTER (WHERE is_again) AS repeats, min(kafka_offset) FILTER (WHERE is_again) AS first_repeat
      FROM (
        SELECT *, max(CASE WHEN kind <= 0 THEN kafka_offset * 2 + kind + 1 END) OVER in_order AS bound,
               kafka_offset = lag(CASE WHEN kind > 0 THEN kafka_offset END) OVER in_order AS is_again
        FROM place
        WINDOW in_order AS (PARTITION BY kafka_partition ORDER BY kafka_offset, kind ROWS UNBOUNDED PRECEDING)
      ) AS placed
      WHERE kind > 0 GROUP BY kafka_partition, bound
    ),
    counted AS (
      SELECT entry.*, coalesce(raw_rows, 0) AS raw_rows, coalesce(duplicate_rows, 0) AS duplicate_rows, coalesce(dead_letter_rows, 0) AS dead_letter_rows,
             format('offsets [%s, %s)', entry.from_offset, to_offset) AS range
      FROM entry LEFT JOIN found ON is_inside
        AND found.kafka_partition = entry.kafka_partition AND found.from_offset = entry.from_offset
    )`;
}

/** Ranges that do not begin where the one before them ended. */
const brokenChains = sql`
  SELECT CASE WHEN from_offset > previous_to THEN 'gap' ELSE 'overlap' END AS kind, kafka_partition AS partition,
         format('a range begins at %s, the one before it ended at %s', from_offset, previous_to) AS detail
  FROM (
    SELECT *, lag(to_offset) OVER (PARTITION BY kafka_partition ORDER BY from_offset) AS previous_to FROM entry
  ) AS chain
  WHERE from_offset <> previous_to`;

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

/** Counts that cannot be, whatever the tables hold. */
const absurdCounts = sql`
  SELECT 'count', kafka_partition,
         format('%s: raw %s, duplicates %s, dead_letters %s, skipped %s, lost %s, late %s, expired %s, expired_late %s cannot be',
                range, raw, duplicates, dead_letters, skipped, lost, late, expired, expired_late)
  FROM counted
  WHERE least(raw, duplicates, dead_letters, skipped, lost, late, expired, expired_late) < 0
     OR raw + dead_letters + skipped + lost <> to_offset - from_offset
     OR late > raw OR duplicates > raw OR expired > raw + dead_letters OR expired_late > late`;

/** Ranges that do not hold the rows that they had, where retention removed none. */
function miscounts(kind: 'raw' | 'duplicates' | 'dead_letters', rows: string): Sql {
  return sql`
    SELECT ${raw(`'${kind}'`)}, kafka_partition,
           format('%s: the ledger says %s, the table has %s rows', range, ${raw(kind)}, ${raw(rows)})
    FROM counted WHERE ${raw(kind)} < ${raw(rows)} OR (expired = 0 AND ${raw(kind)} <> ${raw(rows)})`;
}

/** Ranges where what is left and what retention removed are not what there was. */
const misexpired = sql`
  SELECT 'expired', kafka_partition,
         format('%s: the ledger says %s raw events and dead letters, of which %s expired; the tables have %s rows', range,
                raw + dead_letters, expired, raw_rows + dead_letter_rows)
  FROM counted WHERE expired > 0 AND raw + dead_letters - expired <> raw_rows + dead_letter_rows`;

/**
 * Late events that the stream's own writes listed: those of backfills and replays are not in the ledger. An event that
 * is late for windows of several tables counts once.
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

/** Offsets that are in a table twice, or in both. */
const repeatedOffsets = sql`
  SELECT 'twice', kafka_partition,
         format('%s rows are at an offset that is taken, the first at %s: a record is a raw event or a dead letter, once',
                repeats, first_repeat)
  FROM found WHERE repeats > 0`;

/** Rows at offsets that no write took. */
const strays = sql`
  SELECT 'outside', kafka_partition,
         format('%s raw events and %s dead letters lie in no range, at offsets %s to %s', raw_rows, dead_letter_rows, least,
                greatest)
  FROM found WHERE NOT is_inside`;

const unsealedWrites = sql`
  SELECT 'unsealed', kafka_partition, format('write %s is not behind the knowledge cut', write_id)
  FROM entry WHERE NOT EXISTS (SELECT FROM asof.writes WHERE writes.write_id = entry.write_id)`;
