import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { EventSourceDefinition } from '../domain/definition.ts';
import type { Queryable } from './client.ts';
import { ident } from './identifier.ts';
import { rawEvents } from './relations.ts';

/** Something that the ledger and the tables disagree about. Offsets are decimal texts. */
export interface LedgerViolation {
  readonly kind: 'gap' | 'overlap' | 'cursor' | 'raw' | 'dead_letters' | 'late' | 'unsealed';
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
  readonly late: number;
}

export async function ledgerTotals(db: Queryable, source: string): Promise<LedgerTotals[]> {
  const { rows } = await db.query<LedgerTotals>(sql`
    SELECT kafka_partition AS partition, min(from_offset) AS "fromOffset", max(to_offset) AS "toOffset",
           sum(raw)::float8 AS raw, sum(dead_letters)::float8 AS "deadLetters", sum(skipped)::float8 AS skipped,
           sum(lost)::float8 AS lost, sum(late)::float8 AS late
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
    brokenChains(name),
    misplacedCursors(name),
    miscounts('raw', sql`SELECT * FROM ${rawEvents(source)}`),
    miscounts('dead_letters', sql`SELECT * FROM events.dead_letters WHERE source = ${name}`),
    miscounts('late', lateEvents(name)),
    unsealedWrites(),
  ];
  const { rows } = await db.query<LedgerViolation>(sql`
    WITH entry AS MATERIALIZED (SELECT * FROM asof.offset_ledger WHERE source = ${name})
    ${join(checks, ' UNION ALL ')}
    ORDER BY partition, kind, detail`);
  return rows;
}

/** Ranges that do not begin where the one before them ended. */
function brokenChains(source: string): Sql {
  return sql`
    SELECT CASE WHEN from_offset > previous_to THEN 'gap' ELSE 'overlap' END AS kind, kafka_partition AS partition,
           format('a range begins at %s, the one before it ended at %s', from_offset, previous_to) AS detail
    FROM (
      SELECT *, lag(to_offset) OVER (PARTITION BY kafka_partition ORDER BY from_offset) AS previous_to
      FROM asof.offset_ledger WHERE source = ${source}
    ) AS chain
    WHERE from_offset <> previous_to`;
}

function misplacedCursors(source: string): Sql {
  return sql`
    SELECT 'cursor', kafka_partition, format('the cursor is at %s, the ledger ends at %s', next_offset, reached)
    FROM asof.stream_cursors AS cursor
    JOIN (SELECT kafka_partition, max(to_offset) AS reached FROM entry GROUP BY kafka_partition) AS ledger
      USING (kafka_partition)
    WHERE cursor.source = ${source} AND next_offset <> reached`;
}

/** Ranges whose count is not that of the rows that their write left, each at an offset of its own within the range. */
function miscounts(kind: 'raw' | 'dead_letters' | 'late', written: Sql): Sql {
  return sql`
    SELECT ${raw(`'${kind}'`)}, kafka_partition,
           format('write %s: the ledger says %s, the table has %s rows at %s offsets, %s to %s', write_id,
                  coalesce(${ident(kind)}, 0), coalesce(rows, 0), coalesce(offsets, 0), least, greatest)
    FROM entry
    FULL JOIN (
      SELECT write_id, kafka_partition, count(*) AS rows, count(DISTINCT kafka_offset) AS offsets,
             min(kafka_offset) AS least, max(kafka_offset) AS greatest
      FROM (${written}) AS written GROUP BY write_id, kafka_partition
    ) AS found USING (write_id, kafka_partition)
    WHERE coalesce(${ident(kind)}, 0) <> coalesce(rows, 0)
       OR rows <> offsets OR least < from_offset OR greatest >= to_offset`;
}

/** An event that is late for windows of several tables counts once. */
function lateEvents(source: string): Sql {
  return sql`SELECT DISTINCT write_id, kafka_partition, kafka_offset FROM events.late_events WHERE source = ${source}`;
}

function unsealedWrites(): Sql {
  return sql`
    SELECT 'unsealed', kafka_partition, format('write %s is not behind the knowledge cut', write_id)
    FROM entry WHERE NOT EXISTS (SELECT FROM asof.writes WHERE writes.write_id = entry.write_id)`;
}
