import sql, { type Sql, raw } from 'sql-template-tag';
import { parseDuration } from '../../domain/time/duration.ts';
import type { Client } from './client.ts';

const CHUNK = '7 days';
/** The length of time of a chunk. Chunks are aligned to the epoch. */
export const CHUNK_LENGTH = parseDuration(CHUNK)!;

/**
 * Makes a table a hypertable by its time column, with chunks of 7 days. Does nothing if it is a hypertable
 * already.
 */
export async function makeHypertable(client: Client, relation: Sql, time: string): Promise<void> {
  await client.query(sql`
    SELECT create_hypertable(
      ${relation.text}::regclass, by_range(${time}, INTERVAL ${raw(`'${CHUNK}'`)}), create_default_indexes => false, if_not_exists => true)`);
}
