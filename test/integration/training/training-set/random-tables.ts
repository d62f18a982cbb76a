import { randomUUID } from 'node:crypto';
import {
  type TrainingSetBuild,
  buildTrainingSet,
} from '../../../../activities/training/training-set/build.ts';
import { withScratch } from '../../../../activities/training/training-set/scratch.ts';
import { register } from '../../../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import type { BatchTableDefinition, TrainingSetDefinition } from '../../../../domain/registry/definition.ts';
import type { Value } from '../../../oracle/training-set.ts';
import { fill } from '../../../support/projects/training-set.ts';
import { DAILY_RULES, type RandomSet, WINDOW_RULES } from './random-set.ts';

export const FEATURES = [
  ['whole', 'bigint'],
  ['ratio', 'double precision'],
  ['label', 'text'],
  ['other', 'double precision'],
  ['truth', 'boolean'],
] as const;

type Build = Pick<TrainingSetBuild, 'spine' | 'out'> & Partial<TrainingSetBuild>;

/** Builds a training set with its scratch files in `folder`. */
export async function build(
  pool: Pool,
  folder: string,
  { trainingSet = 'random', overwrite = false, allowMissing = true, as = 'latest', ...files }: Build,
) {
  return withScratch(folder, randomUUID(), 1, (scratch) =>
    buildTrainingSet(
      { trainingSet, overwrite, allowMissing, as, ...files },
      { pool, scratch, kept: folder, host: 'here', report: () => {}, signal: new AbortController().signal },
    ),
  );
}

/**
 * Makes two feature tables by hand, and a training set that reads them: `windows` by user, and `daily` by
 * user and shop, whose rows become visible 90 minutes later.
 */
export async function prepare(pool: Pool, source: string): Promise<void> {
  const table = (name: string, primaryKeys: string[], availableAfter: string): BatchTableDefinition => ({
    kind: 'batch_table',
    name,
    source,
    references: [],
    primaryKeys,
    schedule: '0 0 * * *',
    availableAfter,
    features: [
      { name: 'whole', type: 'bigint' },
      { name: 'ratio', type: 'double' },
      { name: 'label', type: 'string' },
      { name: 'other', type: 'double' },
      { name: 'truth', type: 'boolean' },
    ],
    sql: '',
  });
  const lookups = (prefix: string, defaults: readonly Value[]) =>
    FEATURES.map(([feature], at) => ({
      feature,
      as: `${prefix}${at}`,
      default: defaults[at] as Exclude<Value, bigint>,
    }));
  const set: TrainingSetDefinition = {
    kind: 'training_set',
    name: 'random',
    spine: { keys: ['user'], timestamp: 'at', label: 'churned', split: 'experiment_split' },
    lookups: [
      {
        table: 'windows',
        features: lookups('w', WINDOW_RULES.defaults),
        lookupKeys: ['user'],
        lookback: '1 hour',
      },
      {
        table: 'daily',
        features: lookups('d', DAILY_RULES.defaults),
        lookupKeys: ['user', 'shop'],
        lookback: null,
      },
    ],
  };
  await inTransaction(pool, async (client) => {
    const columns = FEATURES.map(([name, type]) => `${name} ${type}`).join(', ');
    const rest = `feature_ts timestamptz, ${columns}, write_id bigint`;
    await client.query(`CREATE TABLE features.windows (client_id text, ${rest})`);
    await client.query(`CREATE TABLE features.daily (user_id text, store text, ${rest})`);
    await register(client, table('windows', ['client_id'], '0 seconds'));
    await register(client, table('daily', ['user_id', 'store'], '90 minutes'));
    await register(client, set);
  });
}

/** Replaces the rows of both tables. */
export async function store(pool: Pool, { windows, daily }: RandomSet): Promise<void> {
  await fill(pool, 'windows', { keys: ['client_id'], features: FEATURES, rows: windows });
  await fill(pool, 'daily', { keys: ['user_id', 'store'], features: FEATURES, rows: daily });
}
