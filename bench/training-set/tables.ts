import { beginWrite, sealWrite } from '../../db/commits/writes.ts';
import { type Client, type Pool, inTransaction } from '../../db/sql/client.ts';
import type { BatchTableDefinition, TrainingSetDefinition } from '../../domain/registry/definition.ts';
import { eventSource, required } from '../../schemas/index.ts';

export const USERS = 20_000;
/** 2026-01-05T00:00:00Z, in seconds. */
export const START = 1_767_571_200;

/** A feature table with the SQL of its rows, in which `u` is a user and `k` counts the rows of each. */
interface Table {
  readonly name: string;
  readonly each: number;
  /** Seconds since 1970. */
  readonly at: string;
  readonly features: Readonly<Record<string, readonly [type: 'bigint' | 'double' | 'string', sql: string]>>;
}

/** The rows of the peers' data: windows on a grid of 15 minutes, and two tables of daily rows, over 30 days. */
export const TABLES: readonly Table[] = [
  {
    name: 'activity',
    each: 100,
    at: `${START} + (floor(k * 28.8) + floor(random() * 28) + 1) * 900`,
    features: {
      event_count_1h: ['bigint', '1 + floor(random() * 59)'],
      revenue_1h: ['double', 'CASE WHEN random() < 0.3 THEN round((random() * 200)::numeric, 2) ELSE 0 END'],
      session_count_1h: ['bigint', '1 + floor(random() * 4)'],
      unique_products_1h: ['bigint', 'floor(random() * 20)'],
      purchase_count_1h: ['bigint', 'floor(random() * 1.5)'],
      last_platform: ['string', "(ARRAY['ios', 'android', 'web', NULL])[1 + floor(random() * 3.1)]"],
      conversion_rate_1h: ['double', 'random()'],
      avg_revenue_per_purchase_1h: ['double', 'random() * 100'],
    },
  },
  {
    name: 'profile',
    each: 30,
    at: `${START} + k * 86400`,
    features: {
      tenure_days: ['bigint', 'floor(random() * 2000)'],
      country: ['string', "(ARRAY['DE', 'FR', 'JP', 'BR', 'US'])[1 + floor(random() * 5)]"],
      plan: ['string', "(ARRAY['free', 'plus', 'pro', NULL])[1 + floor(random() * 3.2)]"],
      age_band: ['bigint', 'floor(random() * 7)'],
      marketing_opt_in: ['bigint', 'floor(random() * 2)'],
    },
  },
  {
    name: 'transactions',
    each: 30,
    at: `${START} + k * 86400 + 21600`,
    features: {
      txn_count_30d: ['bigint', 'floor(random() * 12)'],
      txn_total_30d: ['double', 'round((random() * 600)::numeric, 2)'],
      days_since_last_txn: ['bigint', 'CASE WHEN random() > 0.1 THEN floor(random() * 30) END'],
      refund_rate_30d: ['double', 'round((random() / 5)::numeric, 6)'],
    },
  },
];

/** The definitions: the tables, and a set that looks all of their features up. */
export function definitions(source: string) {
  const events = eventSource({
    name: source,
    topic: source,
    entity: 'user_id',
    eventTime: 'at',
    fields: { user_id: required('string'), at: required('timestamp') },
  });
  const tables = TABLES.map(({ name, features }): BatchTableDefinition => {
    const columns = Object.entries(features).map(([feature, [type]]) => ({ name: feature, type }));
    const nulls = columns.map(({ name: feature, type }) => `NULL::${SQL_TYPES[type]} AS ${feature}`);
    return {
      kind: 'batch_table',
      name,
      source,
      references: [],
      primaryKeys: ['user_id'],
      schedule: '0 0 * * *',
      availableAfter: '0 seconds',
      features: columns,
      sql: `SELECT user_id, ${nulls.join(', ')} FROM events GROUP BY user_id`,
    };
  });
  const set: TrainingSetDefinition = {
    kind: 'training_set',
    name: 'bench',
    spine: { keys: ['user_id'], timestamp: 'observation_ts', label: 'label', split: 'split' },
    lookups: tables.map(({ name, features }) => ({
      table: name,
      features: features.map((feature) => ({ feature: feature.name, as: feature.name, default: null })),
      lookupKeys: ['user_id'],
      lookback: null,
    })),
  };
  return [events, ...tables, set];
}

const SQL_TYPES = { bigint: 'bigint', double: 'double precision', string: 'text' };

/** Fills the tables, as one write each. Resolves to the number of rows. */
export async function fillTables(pool: Pool): Promise<number> {
  let rows = 0;
  for (const table of TABLES)
    rows += await inTransaction(pool, async (client) => {
      await client.query('SELECT setseed(0.7)');
      const writeId = await beginWrite(client);
      const filled = await fill(client, table, writeId);
      await sealWrite(client, writeId, { kind: 'batch', subject: table.name });
      return filled;
    });
  for (const { name } of TABLES) await pool.query(`VACUUM ANALYZE features.${name}`);
  return rows;
}

async function fill(client: Client, { name, each, at, features }: Table, writeId: string): Promise<number> {
  const columns = Object.entries(features);
  const { rowCount } = await client.query(
    `INSERT INTO features.${name} (user_id, feature_ts, ${columns.map(([feature]) => feature).join(', ')}, write_id)
     SELECT 'u' || lpad(u::text, 6, '0'), to_timestamp(${at}), ${columns.map(([, [type, value]]) => `(${value})::${SQL_TYPES[type]}`).join(', ')}, $1::bigint
     FROM generate_series(0, $2 - 1) AS k, generate_series(0, $3 - 1) AS u`,
    [writeId, each, USERS],
  );
  return rowCount!;
}
