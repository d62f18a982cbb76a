import sql, { raw } from 'sql-template-tag';
import type { DeadLetter } from '../../domain/log/dead-letter.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import { recordPages } from '../../domain/log/record-pages.ts';
import { isUnreadable } from '../../domain/log/rejection.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import { type LogPlace, placeColumns } from './log-place.ts';

/** Inserts dead letters with the write that stores them. Each of a record may hold the same long envelope. */
export async function insertDeadLetters(
  client: Client,
  source: string,
  deadLetters: readonly DeadLetter[],
  writeId: string,
): Promise<void> {
  for (const page of recordPages(deadLetters, ({ record }) => record))
    await insertPage(client, source, page, writeId);
}

async function insertPage(
  client: Client,
  source: string,
  deadLetters: readonly DeadLetter[],
  writeId: string,
): Promise<void> {
  const of = <Value>(pick: (deadLetter: DeadLetter) => Value): Value[] => deadLetters.map(pick);
  await client.query(
    bulkInsert(ident('events', 'dead_letters'), [
      { name: 'source', type: 'text', values: of(() => source) },
      { name: 'kafka_partition', type: 'int', values: of(({ record }) => record.partition) },
      { name: 'kafka_offset', type: 'bigint', values: of(({ record }) => record.offset) },
      { name: 'kafka_index', type: 'int', values: of(({ record }) => record.index ?? 0) },
      { name: 'is_element', type: 'boolean', values: of(({ record }) => record.index !== undefined) },
      {
        name: 'kafka_ts',
        type: 'timestamptz',
        values: of(({ record: { kafkaTs } }) => (kafkaTs === null ? null : toTimestamptz(kafkaTs))),
      },
      { name: 'key', type: 'bytea', values: of(({ record }) => record.key) },
      { name: 'value', type: 'bytea', values: of(({ record }) => record.value) },
      { name: 'envelope', type: 'bytea', values: of(({ record }) => record.envelope ?? null) },
      { name: 'headers', type: 'jsonb', values: of(({ record: { headers } }) => headersAsJson(headers)) },
      { name: 'reason', type: 'text', values: of(({ rejection }) => rejection.reason) },
      { name: 'detail', type: 'text', values: of(({ rejection }) => rejection.detail) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}

/** By name: the bytes of a header as base64. */
type HeadersJson = Readonly<Record<string, string | null>>;

function headersAsJson(headers: KafkaRecord['headers']): string | null {
  if (!headers) return null;
  // Postgres stores no NUL in a text; a header whose name has one is beyond the reach of a definition.
  const storable = [...headers].filter(([name]) => !name.includes('\0'));
  return JSON.stringify(
    Object.fromEntries(
      storable.map(([name, bytes]) => [name, bytes && Buffer.from(bytes).toString('base64')]),
    ),
  );
}

function headersFromJson(headers: HeadersJson): Map<string, Buffer | null> {
  return new Map(
    Object.entries(headers).map(([name, base64]) => [
      name,
      base64 === null ? null : Buffer.from(base64, 'base64'),
    ]),
  );
}

/** The number of dead letters of one reason. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** The number of dead letters of a source, by reason, the most frequent first. */
export async function countDeadLetters(db: Queryable, source: string): Promise<ReasonCount[]> {
  const { rows } = await db.query<ReasonCount>(sql`
    SELECT reason, count(*)::float8 AS count FROM events.dead_letters
    WHERE source = ${source} GROUP BY reason ORDER BY count DESC, reason`);
  return rows;
}

/** A dead letter as the command line shows it. */
export interface DeadLetterView {
  readonly partition: number;
  readonly offset: string;
  /** The index of an element in the list of its record. Null: the dead letter is a whole record. */
  readonly index: number | null;
  /** The record's Kafka timestamp in RFC 3339. Null if the record has none. */
  readonly kafkaTs: string | null;
  readonly reason: string;
  readonly detail: string;
  /** The first bytes of the value. Null if the record had no value. */
  readonly start: Buffer | null;
}

/**
 * The newest dead letters of a source, of one reason or (null) of all, with the first `bytes` bytes of their
 * values.
 */
export async function newestDeadLetters(
  db: Queryable,
  source: string,
  { reason, limit, bytes }: { reason: string | null; limit: number; bytes: number },
): Promise<DeadLetterView[]> {
  const { rows } = await db.query<DeadLetterView>(sql`
    SELECT kafka_partition AS partition, kafka_offset AS offset, CASE WHEN is_element THEN kafka_index END AS index,
           reason, detail,
           to_char(kafka_ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "kafkaTs",
           substring(value FROM 1 FOR ${bytes}::int) AS start
    FROM events.dead_letters
    WHERE source = ${source} AND reason = coalesce(${reason}, reason)
    ORDER BY write_id DESC, kafka_ts DESC NULLS LAST, kafka_offset DESC, kafka_index DESC, kafka_partition LIMIT ${limit}`);
  return rows;
}

/** A stored dead letter: the Kafka record, and the reason of its last rejection. */
export interface StoredDeadLetter {
  readonly record: KafkaRecord;
  readonly reason: string;
  readonly detail: string;
}

/** Which dead letters of a source to read next, in the order of their places. */
export interface DeadLetterPage {
  /** Takes only dead letters of this reason. Null: all. */
  readonly reason: string | null;
  /** Takes only dead letters after this place. */
  readonly after: LogPlace;
  readonly limit: number;
  /** How many bytes the values may have together. The last dead letter of a page may exceed it. */
  readonly maxBytes: number;
}

/** The next dead letters of a source, in the order of their places. */
export async function nextDeadLetters(
  client: Client,
  source: string,
  { reason, after, limit, maxBytes }: DeadLetterPage,
): Promise<StoredDeadLetter[]> {
  const { rows } = await client.query<{
    partition: number;
    offset: string;
    index: number | null;
    envelope: Buffer | null;
    kafka_ts: string | null;
    key: Buffer | null;
    value: Buffer | null;
    headers: HeadersJson | null;
    reason: string;
    detail: string;
  }>(sql`
    WITH candidate AS (
      SELECT kafka_partition, kafka_offset, kafka_index,
             coalesce(octet_length(value), 0) + coalesce(octet_length(envelope), 0) AS bytes
      FROM events.dead_letters
      WHERE source = ${source} AND reason = coalesce(${reason}, reason)
        AND (kafka_partition, kafka_offset, kafka_index) > (${after.partition}, ${after.offset}::bigint, ${after.index ?? 0})
      ORDER BY kafka_partition, kafka_offset, kafka_index LIMIT ${limit}
    ), chosen AS (
      SELECT kafka_partition, kafka_offset, kafka_index FROM (
        SELECT *, sum(bytes) OVER (ORDER BY kafka_partition, kafka_offset, kafka_index) - bytes AS before FROM candidate
      ) AS summed WHERE before < ${maxBytes}
    )
    SELECT kafka_partition AS partition, kafka_offset AS offset, CASE WHEN is_element THEN kafka_index END AS index,
           ${raw(microsExpression('kafka_ts'))} AS kafka_ts, key, value, envelope, headers, reason, detail
    FROM events.dead_letters JOIN chosen USING (kafka_partition, kafka_offset, kafka_index)
    WHERE source = ${source} ORDER BY kafka_partition, kafka_offset, kafka_index`);
  return rows.map(
    ({ partition, offset, index, kafka_ts, key, value, envelope, headers, reason, detail }) => ({
      record: {
        partition,
        offset: BigInt(offset),
        index: index ?? undefined,
        envelope: envelope ?? undefined,
        kafkaTs: kafka_ts === null ? null : BigInt(kafka_ts),
        key,
        value,
        headers: headers ? headersFromJson(headers) : undefined,
        unreadable: isUnreadable(reason) ? { reason, detail } : undefined,
      },
      reason,
      detail,
    }),
  );
}

/** Deletes the dead letters at some places. */
export async function deleteDeadLetters(
  client: Client,
  source: string,
  places: readonly LogPlace[],
): Promise<void> {
  await client.query(sql`
    DELETE FROM events.dead_letters AS dead_letter USING ${unnest(placeColumns(places), 'place')}
    WHERE dead_letter.source = ${source}
      AND dead_letter.kafka_partition = place.kafka_partition AND dead_letter.kafka_offset = place.kafka_offset
      AND dead_letter.kafka_index = place.kafka_index`);
}

/** Updates the reasons of dead letters that remain dead letters. */
export async function updateRejections(
  client: Client,
  source: string,
  deadLetters: readonly DeadLetter[],
): Promise<void> {
  if (deadLetters.length === 0) return;
  const columns = [
    ...placeColumns(deadLetters.map(({ record }) => record)),
    { name: 'reason', type: 'text', values: deadLetters.map(({ rejection }) => rejection.reason) },
    { name: 'detail', type: 'text', values: deadLetters.map(({ rejection }) => rejection.detail) },
  ];
  await client.query(sql`
    UPDATE events.dead_letters AS dead_letter SET reason = rejected.reason, detail = rejected.detail
    FROM ${unnest(columns, 'rejected')}
    WHERE dead_letter.source = ${source}
      AND dead_letter.kafka_partition = rejected.kafka_partition AND dead_letter.kafka_offset = rejected.kafka_offset
      AND dead_letter.kafka_index = rejected.kafka_index`);
}
