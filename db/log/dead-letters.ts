import sql, { raw } from 'sql-template-tag';
import type { DeadLetter } from '../../domain/log/dead-letter.ts';
import type { KafkaRecord } from '../../domain/log/kafka-record.ts';
import { bulkInsert, unnest } from '../sql/bulk-insert.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression, toTimestamptz } from '../sql/timestamp.ts';
import { type LogPlace, placeColumns } from './log-place.ts';

export async function insertDeadLetters(
  client: Client,
  source: string,
  deadLetters: readonly DeadLetter[],
  writeId: string,
): Promise<void> {
  if (deadLetters.length === 0) return;
  const of = <Value>(pick: (letter: DeadLetter) => Value): Value[] => deadLetters.map(pick);
  await client.query(
    bulkInsert(ident('events', 'dead_letters'), [
      { name: 'source', type: 'text', values: of(() => source) },
      { name: 'kafka_partition', type: 'int', values: of(({ record }) => record.partition) },
      { name: 'kafka_offset', type: 'bigint', values: of(({ record }) => record.offset) },
      { name: 'kafka_ts', type: 'timestamptz', values: of(({ record }) => toTimestamptz(record.kafkaTs)) },
      { name: 'key', type: 'bytea', values: of(({ record }) => record.key) },
      { name: 'value', type: 'bytea', values: of(({ record }) => record.value) },
      { name: 'reason', type: 'text', values: of(({ rejection }) => rejection.reason) },
      { name: 'detail', type: 'text', values: of(({ rejection }) => rejection.detail) },
      { name: 'write_id', type: 'bigint', values: of(() => writeId) },
    ]),
  );
}

/** How many dead letters a reason has. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** How many dead letters a source has, by reason, the most frequent first. */
export async function countDeadLetters(db: Queryable, source: string): Promise<ReasonCount[]> {
  const { rows } = await db.query<ReasonCount>(sql`
    SELECT reason, count(*)::float8 AS count FROM events.dead_letters
    WHERE source = ${source} GROUP BY reason ORDER BY count DESC, reason`);
  return rows;
}

/** A dead letter for people to look at. */
export interface DeadLetterView {
  readonly partition: number;
  readonly offset: string;
  /** RFC 3339: the record's Kafka timestamp. */
  readonly kafkaTs: string;
  readonly reason: string;
  readonly detail: string;
  /** The first bytes of the value; null where it had none. */
  readonly start: Buffer | null;
}

/** The newest dead letters, all of them or those of one reason, with the first `bytes` of their values. */
export async function newestDeadLetters(
  db: Queryable,
  source: string,
  { reason, limit, bytes }: { reason: string | null; limit: number; bytes: number },
): Promise<DeadLetterView[]> {
  const { rows } = await db.query<DeadLetterView>(sql`
    SELECT kafka_partition AS partition, kafka_offset AS offset, reason, detail,
           to_char(kafka_ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "kafkaTs",
           substring(value FROM 1 FOR ${bytes}::int) AS start
    FROM events.dead_letters
    WHERE source = ${source} AND reason = coalesce(${reason}, reason)
    ORDER BY kafka_ts DESC, kafka_offset DESC, kafka_partition LIMIT ${limit}`);
  return rows;
}

/** A stored dead letter: the record as it was in Kafka, and why it was rejected when it was last looked at. */
export interface StoredDeadLetter {
  readonly record: KafkaRecord;
  readonly reason: string;
  readonly detail: string;
}

/** The next dead letters after a place: at most `limit`, and only one beyond `maxBytes` of values. */
export async function nextDeadLetters(
  client: Client,
  source: string,
  reason: string | null,
  after: LogPlace,
  { limit, maxBytes }: { limit: number; maxBytes: number },
): Promise<StoredDeadLetter[]> {
  const { rows } = await client.query<{
    partition: number;
    offset: string;
    kafka_ts: string;
    key: Buffer | null;
    value: Buffer | null;
    reason: string;
    detail: string;
  }>(sql`
    WITH candidate AS (
      SELECT kafka_partition, kafka_offset, coalesce(octet_length(value), 0) AS bytes FROM events.dead_letters
      WHERE source = ${source} AND reason = coalesce(${reason}, reason)
        AND (kafka_partition, kafka_offset) > (${after.partition}, ${after.offset}::bigint)
      ORDER BY kafka_partition, kafka_offset LIMIT ${limit}
    ), chosen AS (
      SELECT kafka_partition, kafka_offset FROM (
        SELECT *, sum(bytes) OVER (ORDER BY kafka_partition, kafka_offset) - bytes AS before FROM candidate
      ) AS summed WHERE before < ${maxBytes}
    )
    SELECT kafka_partition AS partition, kafka_offset AS offset, ${raw(microsExpression('kafka_ts'))} AS kafka_ts, key, value, reason, detail
    FROM events.dead_letters JOIN chosen USING (kafka_partition, kafka_offset)
    WHERE source = ${source} ORDER BY kafka_partition, kafka_offset`);
  return rows.map(({ partition, offset, kafka_ts, key, value, reason, detail }) => ({
    record: { partition, offset: BigInt(offset), kafkaTs: BigInt(kafka_ts), key, value },
    reason,
    detail,
  }));
}

export async function deleteDeadLetters(
  client: Client,
  source: string,
  places: readonly LogPlace[],
): Promise<void> {
  await client.query(sql`
    DELETE FROM events.dead_letters AS letter USING ${unnest(placeColumns(places), 'place')}
    WHERE letter.source = ${source}
      AND letter.kafka_partition = place.kafka_partition AND letter.kafka_offset = place.kafka_offset`);
}

/** Gives dead letters that stay the reasons for which they stay. */
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
    UPDATE events.dead_letters AS letter SET reason = rejected.reason, detail = rejected.detail
    FROM ${unnest(columns, 'rejected')}
    WHERE letter.source = ${source}
      AND letter.kafka_partition = rejected.kafka_partition AND letter.kafka_offset = rejected.kafka_offset`);
}
