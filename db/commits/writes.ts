import sql from 'sql-template-tag';
import type { Client } from '../sql/client.ts';

/** The key of the advisory lock that a write holds from taking its sequence until it commits. */
const KNOWLEDGE_LOCK = 0x61736f66; // 'asof'

export type WriteKind = 'stream' | 'batch' | 'reference' | 'external' | 'replay' | 'backfill';

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
  kind: WriteKind,
  subject: string,
): Promise<void> {
  await client.query(sql`SELECT pg_advisory_xact_lock(${KNOWLEDGE_LOCK})`);
  await client.query(sql`
    WITH latest AS (SELECT sequence, known_at FROM asof.writes ORDER BY sequence DESC LIMIT 1)
    INSERT INTO asof.writes (write_id, sequence, known_at, kind, subject)
    SELECT ${writeId},
           coalesce((SELECT sequence FROM latest), 0) + 1,
           greatest((SELECT known_at FROM latest), clock_timestamp()),
           ${kind},
           ${subject}`);
}
