import sql, { type Sql, raw } from 'sql-template-tag';
import { parseDuration } from '../../domain/time/duration.ts';
import type { Client } from './client.ts';

/** The length of time of a chunk. Chunks are aligned to the epoch. */
export const CHUNK = '7 days';
export const CHUNK_LENGTH = parseDuration(CHUNK)!;

/** That of a table which one transaction may write for many years at once: it locks each chunk that it touches. */
export const LONG_CHUNK = '91 days';
export const LONG_CHUNK_LENGTH = parseDuration(LONG_CHUNK)!;

/**
 * Makes a table a hypertable by its time column, with chunks of 7 days or of another length. Does nothing if
 * it is a hypertable already.
 */
export async function makeHypertable(
  client: Client,
  relation: Sql,
  time: string,
  chunk = CHUNK,
): Promise<void> {
  await client.query(sql`
    SELECT create_hypertable(
      ${relation.text}::regclass, by_range(${time}, INTERVAL ${raw(`'${chunk}'`)}), create_default_indexes => false, if_not_exists => true)`);
}
