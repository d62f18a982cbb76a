import sql from 'sql-template-tag';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Queryable } from '../../sql/client.ts';

/** Whether the stored events of a source have a field that it gained after they had been read. */
export interface FieldCompleteness {
  readonly field: string;
  /** `filling`: records are still to be read again. `filled`: all that Kafka had were. */
  readonly state: 'filling' | 'filled';
  /** The number of offsets whose records are still to be read again, of all partitions. */
  readonly left: number;
  /** The number of raw events that got the value of their record, which may be null. */
  readonly filled: number;
  /** The number of raw events that lack the field, since Kafka no longer had their records. 0 while it is filled. */
  readonly gone: number;
  /**
   * The number of raw events that lack the field, since their records cannot be read as the source now says. 0 while
   * it is filled.
   */
  readonly unread: number;
  /** The number of dead letters among the records. A replay gives them the field. */
  readonly deadLetters: number;
  /** No event with this event time or a later one lacks the field. Null: none does, or it is still being filled. */
  readonly completeFrom: string | null;
}

/** The fields of a source that it gained after it had been read, sorted. All other fields are complete. */
export async function fieldCompleteness(
  db: Queryable,
  { name, fields }: EventSourceDefinition,
): Promise<FieldCompleteness[]> {
  const { rows } = await db.query<FieldCompleteness>(sql`
    SELECT field, CASE WHEN bool_or(done_at IS NULL) THEN 'filling' ELSE 'filled' END AS state,
           sum(to_offset - next_offset)::float8 AS left, sum(filled)::float8 AS filled, sum(gone)::float8 AS gone,
           sum(unread)::float8 AS unread, sum(dead_letters)::float8 AS "deadLetters",
           CASE WHEN bool_or(done_at IS NULL) THEN NULL
             ELSE to_char(max(complete_from) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END AS "completeFrom"
    FROM asof.field_gaps AS gap CROSS JOIN LATERAL (
      SELECT count(*) AS dead_letters FROM events.dead_letters AS letter
      WHERE letter.source = gap.source AND letter.kafka_partition = gap.kafka_partition
        AND letter.kafka_offset >= from_offset AND letter.kafka_offset < to_offset
    ) AS counted
    WHERE gap.source = ${name} AND field = ANY(${fields.map((field) => field.name)}::text[]) AND to_offset IS NOT NULL
    GROUP BY field ORDER BY field`);
  return rows;
}
