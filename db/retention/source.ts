import sql, { type Sql } from 'sql-template-tag';
import { EARLIEST_KAFKA_TIME } from '../../domain/log/time-limits.ts';
import type { EventSourceDefinition } from '../../domain/registry/definition.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { lockAccounts } from '../commits/ledger-lock.ts';
import { keepWritersOut } from '../commits/source-revisions.ts';
import { dropEmptyChunks } from '../sql/chunks.ts';
import { type Client, type Pool, type Queryable, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { rawEvents } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';
import { ROWS_PER_CHUNK, expire } from './expired-ranges.ts';

/** What retention removes from a source row by row. */
export type ExpiringRows = 'raw' | 'deadLetters' | 'lateEvents';

/**
 * A query for the rows of a source that are older than a cutoff: `kafka_partition`, `kafka_offset`,
 * `kafka_index` and, for late events, `write_id`.
 */
export function rowsBefore(source: EventSourceDefinition, rows: ExpiringRows, cutoff: Instant): Sql {
  const before = toTimestamptz(cutoff);
  switch (rows) {
    case 'raw':
      return sql`(SELECT kafka_partition, kafka_offset, kafka_index FROM ${rawEvents(source)} WHERE ${ident(source.eventTime)} < ${before})`;
    case 'deadLetters':
      return deadLettersBefore(source.name, before);
    case 'lateEvents':
      return sql`(SELECT kafka_partition, kafka_offset, kafka_index, write_id FROM events.late_events WHERE source = ${source.name} AND event_ts < ${before})`;
  }
}

/** A Kafka timestamp that nobody can believe says nothing about the age of a dead letter; its write does. */
function deadLettersBefore(source: string, before: string): Sql {
  const earliest = toTimestamptz(EARLIEST_KAFKA_TIME);
  return sql`(
    SELECT kafka_partition, kafka_offset, kafka_index FROM events.dead_letters AS dead_letter
    WHERE source = ${source} AND CASE WHEN kafka_ts >= ${earliest} THEN kafka_ts < ${before}
      ELSE (SELECT known_at FROM asof.writes WHERE writes.write_id = dead_letter.write_id) < ${before} END)`;
}

/** The number of rows of a source that are older than a cutoff. */
export async function countRowsBefore(
  db: Queryable,
  source: EventSourceDefinition,
  rows: ExpiringRows,
  cutoff: Instant,
): Promise<number> {
  const { rows: counted } = await db.query<{ count: number }>(sql`
    SELECT count(*)::float8 AS count FROM ${rowsBefore(source, rows, cutoff)} AS old`);
  return counted[0]!.count;
}

/**
 * Removes some of the rows that are older than a cutoff, and counts them as expired in the ledger, in one
 * transaction.
 *
 * @returns the number of removed rows; 0 when none is left.
 * @throws AsofError `ASOF_LEDGER_BROKEN` when a raw event or dead letter lies in no range.
 */
export async function removeRowsBefore(
  pool: Pool,
  source: EventSourceDefinition,
  rows: ExpiringRows,
  cutoff: Instant,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await lockAccounts(client, source.name);
    const counter = rows === 'lateEvents' ? 'expired_late' : 'expired';
    const deletion =
      rows === 'raw' ? await oldestRawEvents(client, source, cutoff) : listedBefore(source, rows, cutoff);
    return deletion ? expire(client, source.name, counter, deletion) : 0;
  });
}

/** Drops the chunks of raw events that retention has emptied. */
export async function dropEmptyRawChunks(
  pool: Pool,
  source: EventSourceDefinition,
  cutoff: Instant,
): Promise<void> {
  await dropEmptyChunks(pool, rawEvents(source), cutoff, (client) => keepWritersOut(client, source.name));
}

/**
 * A DELETE of the oldest raw events; undefined if none is before the cutoff. It takes a range of event time,
 * because raw events have no index by place.
 */
async function oldestRawEvents(
  client: Client,
  source: EventSourceDefinition,
  cutoff: Instant,
): Promise<Sql | undefined> {
  const time = ident(source.eventTime);
  const { rows } = await client.query<{ through: string | null }>(sql`
    SELECT max(at)::text AS through FROM (
      SELECT ${time} AS at FROM ${rawEvents(source)} WHERE ${time} < ${toTimestamptz(cutoff)} ORDER BY ${time} LIMIT ${ROWS_PER_CHUNK}
    ) AS oldest`);
  const { through } = rows[0]!;
  if (through === null) return undefined;
  return sql`DELETE FROM ${rawEvents(source)} WHERE ${time} <= ${through}::timestamptz RETURNING kafka_partition, kafka_offset`;
}

/**
 * A DELETE of dead letters or late-list lines. An event that is late for several tables is removed from the
 * lists of all of them at once.
 */
function listedBefore(
  source: EventSourceDefinition,
  rows: Exclude<ExpiringRows, 'raw'>,
  cutoff: Instant,
): Sql {
  const relation = ident('events', rows === 'deadLetters' ? 'dead_letters' : 'late_events');
  return sql`
    DELETE FROM ${relation} AS row
    USING (SELECT DISTINCT kafka_partition, kafka_offset, kafka_index FROM ${rowsBefore(source, rows, cutoff)} AS old LIMIT ${ROWS_PER_CHUNK}) AS old
    WHERE row.source = ${source.name}
      AND row.kafka_partition = old.kafka_partition AND row.kafka_offset = old.kafka_offset
      AND row.kafka_index = old.kafka_index
    RETURNING row.kafka_partition, row.kafka_offset, row.kafka_index, row.write_id`;
}
