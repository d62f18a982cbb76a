import { createHash } from 'node:crypto';
import { withDuckDb } from '../../../../../adapters/duckdb/database.ts';
import { readParquet } from '../../../../../adapters/duckdb/training-set-file.ts';
import type { Pool } from '../../../../../db/sql/client.ts';
import type { FeatureLookup, TrainingSetDefinition } from '../../../../../domain/registry/definition.ts';
import { canonicalRow } from '../../../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn, TrainingSetManifest } from '../../../../../domain/training/manifest.ts';

const FEATURES = {
  user_activity_features: {
    event_count_1h: 'bigint',
    revenue_1h: 'double',
    session_count_1h: 'bigint',
    unique_products_1h: 'bigint',
    purchase_count_1h: 'bigint',
    last_platform: 'string',
    conversion_rate_1h: 'double',
    avg_revenue_per_purchase_1h: 'double',
  },
  user_profile_features: {
    account_age_days: 'bigint',
    lifetime_revenue: 'double',
    preferred_category: 'string',
    subscription_tier: 'string',
  },
  transaction_features: {
    purchase_count_30d: 'bigint',
    purchase_count_90d: 'bigint',
    avg_order_value_30d: 'double',
    days_since_last_purchase: 'bigint',
    category_diversity_score: 'double',
  },
} as const;

const SCHEMA: readonly TrainingSetColumn[] = [
  { name: 'user_id', type: 'string' },
  { name: 'event_timestamp', type: 'timestamp' },
  { name: 'churn_label', type: 'bigint' },
  { name: 'experiment_split', type: 'string' },
  ...Object.values(FEATURES).flatMap((features) =>
    Object.entries(features).map(([name, type]) => ({ name, type })),
  ),
];

/** The 17 features of the example, in order. */
export const FEATURE_NAMES = SCHEMA.slice(4).map(({ name }) => name);

export const churnTrainingSet: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'churn',
  spine: {
    keys: ['user_id'],
    timestamp: 'event_timestamp',
    label: 'churn_label',
    split: 'experiment_split',
  },
  lookups: Object.entries(FEATURES).map(([table, features]): FeatureLookup => ({
    table,
    features: Object.keys(features).map((feature) => ({ feature, as: feature, default: null })),
    lookupKeys: ['user_id'],
    lookback: null,
  })),
};

const reference = (kind: string, name: string) => ({ kind, name, version: 1, sha256: `sha256 of ${name}` });

/** Registers a file as `buildTrainingSet` does, with everything that training reads. */
export async function registerTrainingSet(pool: Pool, id: string, path: string, folder: string) {
  const hash = createHash('sha256');
  let count = 0;
  await withDuckDb(folder, async (connection) => {
    for await (const rows of readParquet(connection, SCHEMA, path)) {
      for (const row of rows) {
        hash.update(canonicalRow(row));
        count += 1;
      }
    }
  });
  const sha256 = hash.digest('hex');
  const manifest: TrainingSetManifest = {
    format: 1,
    trainingSet: 'churn',
    way: 'latest',
    lookups: [],
    schema: SCHEMA,
    salt: '',
    spine: { path: '/labels.csv', columns: SCHEMA.slice(0, 4).map(({ name }) => name), sha256: 'spine' },
    split: null,
    definitions: [
      reference('training_set', 'churn'),
      reference('stream_table', 'user_activity_features'),
      reference('batch_table', 'user_profile_features'),
      reference('batch_table', 'transaction_features'),
      reference('reference_table', 'users'),
      reference('event_source', 'user-events'),
    ],
    knowledge: { sequence: '7', knownAt: '2026-03-01T00:00:00Z' },
    rows: count,
    sha256,
  };
  await pool.query(
    'INSERT INTO asof.training_sets (id, name, manifest, rows, sha256, path) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, 'churn', JSON.stringify(manifest), count, sha256, path],
  );
  return { id, rows: count, sha256 };
}
