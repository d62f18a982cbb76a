import sql from 'sql-template-tag';
import type { Instant } from '../../domain/time/instant.ts';
import type { Client } from '../sql/client.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** The key of the advisory lock that a write holds from taking its sequence until it commits. */
const KNOWLEDGE_LOCK = 0x61736f66; // 'asof'

export type WriteKind = 'stream' | 'batch' | 'reference' | 'external' | 'replay' | 'backfill';

/** What a write says of itself. */
export interface SealedWrite {
  readonly kind: WriteKind;
  /** The source or the table that it writes. */
  readonly subject: string;
  /** Whether its rows are of a time before it, in which they count as known: a fill, or rows imported as history. */
  readonly isHistory?: boolean | undefined;
  /** The earliest Kafka timestamp of its events. Null: one of them has none, or there are none. */
  readonly earliestRecord?: Instant | null;
}

/** Takes the id for the rows of this transaction. */
export async function beginWrite(client: Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>("SELECT nextval('asof.write_ids') AS id");
  return rows[0]!.id;
}

/**
 * Gives the write its sequence, by which it enters knowledge cuts. Must be the last step of the transaction.
 * It holds a lock until commit, so the order of sequences is the order of commits: a read up to a committed
 * sequence misses nothing.
 */
export async function sealWrite(
  client: Client,
  writeId: string,
  { kind, subject, isHistory = false, earliestRecord = null }: SealedWrite,
): Promise<void> {
  await client.query(sql`SELECT pg_advisory_xact_lock(${KNOWLEDGE_LOCK})`);
  await client.query(sql`
    WITH latest AS (SELECT sequence, known_at FROM asof.writes ORDER BY sequence DESC LIMIT 1)
    INSERT INTO asof.writes (write_id, sequence, known_at, kind, subject, is_history, earliest_record)
    SELECT ${writeId},
           coalesce((SELECT sequence FROM latest), 0) + 1,
           greatest((SELECT known_at FROM latest), clock_timestamp()),
           ${kind},
           ${subject},
           ${isHistory},
           ${earliestRecord === null ? null : toTimestamptz(earliestRecord)}`);
}

/** The least sequence of a foreseen write. No committed write has one as high. */
export const FORESEEN = 4n * 10n ** 18n;

/**
 * Gives a write that will be rolled back a sequence above those of all others. Takes no lock, so that other writers
 * go on.
 */
export async function foreseeWrite(
  client: Client,
  writeId: string,
  { kind, subject }: SealedWrite,
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.writes (write_id, sequence, known_at, kind, subject)
    SELECT ${writeId}, ${String(FORESEEN)}::bigint + ${writeId}::bigint, clock_timestamp(), ${kind}, ${subject}`);
}
