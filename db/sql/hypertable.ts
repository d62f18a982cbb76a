import sql, { type Sql } from 'sql-template-tag';
import type { Client } from './client.ts';

/**
 * Makes a table a hypertable by its time column, with chunks of 7 days. Does nothing if it is a hypertable
 * already.
 */
export async function makeHypertable(client: Client, relation: Sql, time: string): Promise<void> {
  await client.query(sql`
    SELECT create_hypertable(
      ${relation.text}::regclass, by_range(${time}, INTERVAL '7 days'), create_default_indexes => false, if_not_exists => true)`);
}
