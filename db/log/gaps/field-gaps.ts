import sql, { raw } from 'sql-template-tag';
import type { FieldGap } from '../../../domain/log/gaps/field-gap.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { Client, Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';

/**
 * Records what a change of a source does to events that were read: those of a field that is added or comes back
 * lack it, and those that follow will lack a field that goes away. The caller must hold the revision of the
 * source exclusively.
 */
export async function recordFieldChanges(
  client: Client,
  before: EventSourceDefinition,
  after: EventSourceDefinition,
): Promise<void> {
  const gone = namesOnlyIn(before, after);
  const added = namesOnlyIn(after, before);
  if (gone.length === 0 && added.length === 0) return;
  const write = await nextWrite(client);
  await openGaps(client, after.name, gone, write);
  await closeGaps(client, after.name, added, write);
}

function namesOnlyIn(one: EventSourceDefinition, other: EventSourceDefinition): string[] {
  const names = new Set(other.fields.map(({ name }) => name));
  return one.fields.map(({ name }) => name).filter((name) => !names.has(name));
}

/** A write that follows all those of before, since no other write of the source is under way. */
async function nextWrite(client: Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>("SELECT nextval('asof.write_ids') AS id");
  return rows[0]!.id;
}

async function openGaps(
  client: Client,
  source: string,
  fields: readonly string[],
  write: string,
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.field_gaps (source, field, kafka_partition, from_offset, from_write, next_offset)
    SELECT source, field, kafka_partition, next_offset, ${write}, next_offset
    FROM asof.stream_cursors CROSS JOIN unnest(${fields}::text[]) AS field WHERE source = ${source}`);
}

/**
 * A field that was declared before lacks values only from the offset on at which it went away, unless dead letters
 * were replayed meanwhile. A gap without offsets is none.
 */
async function closeGaps(
  client: Client,
  source: string,
  fields: readonly string[],
  write: string,
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.field_gaps (source, field, kafka_partition, from_offset, to_offset, from_write, to_write, next_offset)
    SELECT source, field, kafka_partition, first, next, coalesce(from_write, 0), ${write}, first
    FROM (
      SELECT cursor.source, added.field, cursor.kafka_partition, opened.from_write, cursor.next_offset AS next,
             CASE WHEN opened.gap_id IS NULL OR EXISTS (
               SELECT FROM asof.writes WHERE kind = 'replay' AND subject = ${source} AND write_id >= opened.from_write
             ) THEN cursor.first_offset ELSE opened.from_offset END AS first
      FROM asof.stream_cursors AS cursor CROSS JOIN unnest(${fields}::text[]) AS added (field)
      LEFT JOIN asof.field_gaps AS opened ON opened.source = cursor.source AND opened.field = added.field
        AND opened.kafka_partition = cursor.kafka_partition AND opened.to_offset IS NULL
      WHERE cursor.source = ${source}
    ) AS gap WHERE first < next`);
  await client.query(sql`
    DELETE FROM asof.field_gaps WHERE source = ${source} AND field = ANY(${fields}::text[]) AND to_offset IS NULL`);
}

interface GapRow {
  readonly id: string;
  readonly field: string;
  readonly partition: number;
  readonly from: string;
  readonly to: string;
  readonly next: string;
  readonly fromWrite: string;
  readonly toWrite: string;
}

/** The gaps of a source that are not filled, of fields that it declares. */
export async function unfilledGaps(
  db: Queryable,
  { name, fields }: EventSourceDefinition,
): Promise<FieldGap[]> {
  const { rows } = await db.query<GapRow>(sql`
    SELECT gap_id AS id, field, kafka_partition AS partition, from_offset AS from, to_offset AS to,
           next_offset AS next, from_write AS "fromWrite", to_write AS "toWrite"
    FROM asof.field_gaps
    WHERE source = ${name} AND field = ANY(${fields.map((field) => field.name)}::text[])
      AND to_offset IS NOT NULL AND done_at IS NULL
    ORDER BY kafka_partition, gap_id`);
  return rows.map(({ from, to, next, ...gap }) => ({
    ...gap,
    from: BigInt(from),
    to: BigInt(to),
    next: BigInt(next),
  }));
}

/** The names of the fields of a source that lack values of events which may still be filled, sorted. */
export async function unfilledFields(db: Queryable, source: EventSourceDefinition): Promise<string[]> {
  return [...new Set((await unfilledGaps(db, source)).map(({ field }) => field))].sort();
}

/** What is known of the completeness of some fields. */
export interface FieldsComplete {
  /** Whether one of them is being filled. */
  readonly isFilling: boolean;
  /** The moment from which on no event lacks one of them. Undefined: none does, as far as they are filled. */
  readonly from: Instant | undefined;
}

/** Whether some fields of a source are filled, and from which event time on no event lacks one of them. */
export async function readComplete(
  db: Queryable,
  source: string,
  fields: readonly string[],
): Promise<FieldsComplete> {
  const { rows } = await db.query<{ filling: boolean | null; from: string | null }>(sql`
    SELECT bool_or(done_at IS NULL) AS filling, ${raw(microsExpression('max(complete_from)'))} AS from
    FROM asof.field_gaps WHERE source = ${source} AND field = ANY(${fields}::text[]) AND to_offset IS NOT NULL`);
  const { filling, from } = rows[0]!;
  return { isFilling: filling ?? false, from: from === null ? undefined : BigInt(from) };
}
