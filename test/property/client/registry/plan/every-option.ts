import type {
  BatchTableDefinition,
  ColumnDefinition,
  Definition,
  EndpointDefinition,
  EventSourceDefinition,
  ExternalTableDefinition,
  FieldDefinition,
  ModelDefinition,
  OnlineTableDefinition,
  ReferenceTableDefinition,
  StreamTableDefinition,
  TrainingSetDefinition,
} from '../../../../../domain/registry/definition.ts';

const described = { description: 'what it is', owner: 'shop team', tags: ['money'] };

const fields: Required<FieldDefinition>[] = ['user_id', 'at', 'amount'].map((name) => ({
  name,
  type: 'string',
  required: true,
  from: ['payload', name],
  unit: 'seconds',
  zone: 'Europe/Paris',
  coerce: true,
  scale: 2,
  length: 3,
  ...described,
}));

const columns: Required<ColumnDefinition<'string'>>[] = [
  { name: 'user_id', type: 'string', required: true, ...described },
  { name: 'tier', type: 'string', required: false, ...described },
];

const source: Required<EventSourceDefinition> = {
  kind: 'event_source',
  name: 'orders',
  topic: 'orders',
  topicPartitions: 4,
  entity: 'user_id',
  eventTime: 'at',
  fields,
  allowedLateness: '10 minutes',
  late: 'keep',
  maxAhead: '1 hour',
  maxBehind: '100 days',
  kafkaTimestamps: 'use',
  format: 'json',
  unwrap: { envelope: 'change', deletes: 'skip' },
  invalid: 'null',
  where: { op: 'equals', field: 'user_id', value: 'u_1' },
  explode: ['orders'],
  tombstones: 'skip',
  onDataLoss: 'stop',
  deduplicate: { by: ['user_id'], within: '1 day' },
  retention: { raw: '90 days', deadLetters: '30 days', lateEvents: '60 days', ledger: '10 days' },
  ...described,
};

const features: StreamTableDefinition['features'] = [
  {
    name: 'orders_1h',
    aggregate: 'count',
    field: null,
    where: { tier: 'gold' },
    over: '1 hour',
    ...described,
  },
  { name: 'spent', aggregate: 'sum', field: 'amount', where: null, over: null, ...described },
  { name: 'mean', expression: { op: 'divide', args: ['spent', 'orders_1h'] } as never, ...described },
];

const streamTable: Required<StreamTableDefinition> = {
  kind: 'stream_table',
  name: 'activity',
  source: 'orders',
  primaryKeys: ['user_id'],
  window: { length: '1 hour', slide: '15 minutes', offset: '1 hour', tail: '1 hour' },
  availableAfter: '15 minutes',
  features,
  retention: { history: '30 days', tiles: '40 days' },
  ...described,
};

const referenceTable: Required<ReferenceTableDefinition> = {
  kind: 'reference_table',
  name: 'users',
  primaryKeys: ['user_id'],
  fields: columns,
  ...described,
};

const batchTable: Required<BatchTableDefinition> = {
  kind: 'batch_table',
  name: 'profile',
  source: 'orders',
  references: ['users'],
  primaryKeys: ['user_id'],
  schedule: { cron: '0 0 * * *', timezone: 'Europe/Paris' },
  availableAfter: '1 hour',
  features: features.map((feature) => ({ ...feature, type: 'double' as const })),
  sql: 'SELECT 1',
  lookBack: '90 days',
  retention: { history: '30 days' },
  intermediate: [{ name: 'days', aggregate: 'count', field: null, where: null, over: null, type: 'bigint' }],
  ...described,
};

const externalTable: Required<ExternalTableDefinition> = {
  kind: 'external_table',
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: { column: 'at', unit: 'seconds', zone: 'UTC' },
  availableAfter: '1 hour',
  features: [{ name: 'score', type: 'double[]', length: 8, ...described }],
  retention: { history: '30 days' },
  ...described,
};

const lookups: TrainingSetDefinition['lookups'] = [
  {
    table: 'activity',
    features: [{ feature: 'orders_1h', as: 'orders', default: 0 }],
    lookupKeys: ['user_id'],
    lookback: '1 day',
  },
  {
    table: 'profile',
    features: [{ feature: 'spent', as: 'spent', default: null }],
    lookupKeys: ['user_id'],
    lookback: null,
  },
];

const requestTime: Required<Pick<TrainingSetDefinition, 'requestFields' | 'requestFeatures'>> = {
  requestFields: [{ name: 'basket', type: 'double', required: true, ...described }],
  requestFeatures: [
    { name: 'share', expression: { op: 'divide', args: ['basket', 'spent'] } as never, ...described },
  ],
};

const trainingSet: Required<TrainingSetDefinition> = {
  kind: 'training_set',
  name: 'churn',
  spine: {
    keys: ['user_id'],
    timestamp: 'at',
    label: 'churned',
    split: { by: 'time', as: 'split', valFrom: '2026-01-01T00:00:00Z', testFrom: '2026-02-01T00:00:00Z' },
    refuseLeaks: ['entities'],
    sample: { share: 0.5, seed: 7, by: 'user_id', keepLabels: [1], as: 'weight' },
    refuseMissing: 0.9,
  },
  lookups,
  onCorrection: 'notify',
  ...requestTime,
  ...described,
};

const model: Required<ModelDefinition> = {
  kind: 'model',
  name: 'churn_model',
  trainingSet: 'churn',
  run: 'churn-v1',
  task: 'regression',
  estimator: 'logisticRegression' as never,
  parameters: { trees: 300, learningRate: 0.05 },
  nulls: { orders: 0 },
  recency: 'orders',
  categories: { tier: ['gold', 'none'] },
  maxCategories: 100,
  classWeights: { '0': 1, '1': 2 },
  earlyStopping: 10,
  group: 'user_id',
  ...described,
};

const onlineTable: Required<OnlineTableDefinition> = {
  kind: 'online_table',
  name: 'activity_online',
  table: 'activity',
  ...described,
};

const endpoint: Required<EndpointDefinition> = {
  kind: 'endpoint',
  name: 'churn',
  model: 'churn_model',
  lookups,
  ...requestTime,
  ...described,
};

/** A definition of each kind, which has every option of its kind. */
export const everyOption: readonly Definition[] = [
  source,
  streamTable,
  referenceTable,
  batchTable,
  externalTable,
  trainingSet,
  model,
  onlineTable,
  endpoint,
];
