import sql, { type Sql } from 'sql-template-tag';
import type { Client } from './client.ts';

/** Makes a table a hypertable by its time column, unless it is one. */
export async function makeHypertable(client: Client, relation: Sql, time: string): Promise<void> {
  await client.query(sql`
    SELECT create_hypertable(
      ${relation.text}::regclass, by_range(${time}, INTERVAL '7 days'), create_default_indexes => false, if_not_exists => true)`);
}
