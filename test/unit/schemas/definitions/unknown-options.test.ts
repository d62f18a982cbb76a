import { expect, test } from 'vitest';
import { churn } from '../../../../examples/churn/definitions/churn-training-set.ts';
import { products } from '../../../../examples/churn/definitions/products.ts';
import { transactionFeatures } from '../../../../examples/churn/definitions/transaction-features.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../../examples/churn/definitions/user-events.ts';
import { userProfileFeatures } from '../../../../examples/churn/definitions/user-profile-features.ts';
import { users } from '../../../../examples/churn/definitions/users.ts';
import { definitionSet } from '../../../../schemas/definitions/definition-set.ts';
import {
  batchTable,
  collectSet,
  count,
  countDistinct,
  endpoint,
  eventSource,
  externalTable,
  lookup,
  model,
  onlineTable,
  optional,
  quantile,
  referenceTable,
  required,
  streamTable,
  sum,
  trainingSet,
} from '../../../../schemas/index.ts';

const fields = { user_id: required('string'), at: required('timestamp') };
const source = { name: 'clicks', fields, entity: 'user_id', eventTime: 'at' } as const;
const window = { length: '1 hour', slide: '1 hour' };
const stream = { name: 'visits', source: userEvents, window, features: { events: count() } };
const external = { name: 'scores', primaryKeys: ['user_id'], timestamp: 'at', features: {} };
const spine = { keys: ['user_id'], timestamp: 'at', label: 'churned' };
const set = { name: 'returns', spine, lookups: [lookup(userActivityFeatures)] };

/** Each is an error of the call; the compiler finds it too, at the marked line. */
const mistakes: Record<string, [call: () => unknown, message: RegExp]> = {
  'of an event source': [
    // @ts-expect-error no such option
    () => eventSource({ ...source, topicPartition: 2 }),
    /event source 'clicks' is not valid:\n✖ there is no option 'topicPartition'; did you mean 'topicPartitions'\?\n {2}its options are name, topic, /,
  ],
  'of the deduplication of an event source': [
    // @ts-expect-error no such option
    () => eventSource({ ...source, deduplicate: { by: ['user_id'], within: '1 hour', witin: '2 hours' } }),
    /Unrecognized key: "witin"; did you mean 'within'\?\n {2}→ at deduplicate/,
  ],
  'of the retention of an event source': [
    // @ts-expect-error no such option
    () => eventSource({ ...source, retention: { deadletters: '30 days' } }),
    /Unrecognized key: "deadletters"; did you mean 'deadLetters'\?/,
  ],
  // @ts-expect-error no such option
  'of a field': [() => required('string', { form: 'id' }), /'form'; did you mean 'from'\?/],
  'of an optional field': [
    // @ts-expect-error no such option
    () => optional('timestamp', { units: 'seconds' }),
    /an optional timestamp field is not valid:\n✖ there is no option 'units'; did you mean 'unit'\?/,
  ],
  'of an external table': [
    () =>
      // @ts-expect-error no such option
      externalTable({ ...external, timestmp: 'at' }),
    /external table 'scores' is not valid:\n✖ there is no option 'timestmp'; did you mean 'timestamp'\?/,
  ],
  'of a feature of an external table': [
    () => externalTable({ ...external, features: { score: { type: 'double', ownr: 'risk' } } }),
    /feature 'score' is not valid:\n✖ there is no option 'ownr'; did you mean 'owner'\?/,
  ],
  'of a stream table': [
    // @ts-expect-error no such option
    () => streamTable({ ...stream, availableafter: '1 hour' }),
    /stream table 'visits' is not valid:\n✖ there is no option 'availableafter'; did you mean 'availableAfter'\?/,
  ],
  'of a window': [
    // @ts-expect-error no such option
    () => streamTable({ ...stream, window: { ...window, slides: '1 minute' } }),
    /Unrecognized key: "slides"; did you mean 'slide'\?\n {2}→ at window/,
  ],
  'of a count': [
    // @ts-expect-error no such option
    () => count({ wehre: { platform: 'ios' } }),
    /'count' is not valid:\n.*'wehre'; did you mean 'where'/,
  ],
  // @ts-expect-error a count has no field
  'of a count, for a field': [() => count({ field: 'revenue' }), /no option 'field'/],
  // @ts-expect-error no such option
  'of an aggregate': [() => sum('revenue', { ower: '1 hour' }), /'sum' of 'revenue' is.*\n.*mean 'over'/],
  'of an exact aggregate': [
    // @ts-expect-error no such option
    () => countDistinct('product_id', { exactupto: 2_000 }),
    /'exactupto'; did you mean 'exactUpTo'\?/,
  ],
  // @ts-expect-error no such option
  'of a quantile': [() => quantile('revenue', { quantile: 0.5, k: 1 }), /no option .k.\n.*tags, quantile/],
  'of a set': [
    // @ts-expect-error the bound has another name
    () => collectSet('platform', { bound: 3, limit: 3 }),
    /no option 'limit'\n {2}its options are where, over, .*, bound/,
  ],
  'of a batch table': [
    () =>
      batchTable({
        name: 'b',
        source: userEvents,
        features: { n: 'bigint' },
        schedule: '0 0 * * *',
        sql: 'SELECT',
        // @ts-expect-error the option is reads
        lookback: '1 day',
      }),
    /batch table 'b' is not valid:\n✖ there is no option 'lookback'\n {2}its options are name, .*reads/,
  ],
  'of a reference table': [
    // @ts-expect-error no such option
    () => referenceTable({ name: 'users', primaryKeys: ['user_id'], fields, retention: {} }),
    /reference table 'users' is not valid:\n✖ there is no option 'retention'/,
  ],
  'of a lookup': [
    // @ts-expect-error the option is lookback
    () => lookup(userActivityFeatures, { lookBack: '1 day' }),
    /lookup of 'user_activity_features' is not valid:\n.*'lookBack'; did you mean 'lookback'\?/,
  ],
  'of a looked-up feature': [
    // @ts-expect-error no such option
    () => lookup(userActivityFeatures, { features: [{ feature: 'last_platform', defalt: 'none' }] }),
    /'defalt'; did you mean 'default'\?/,
  ],
  'of a training set': [
    // @ts-expect-error no such option
    () => trainingSet({ ...set, split: 'experiment_split' }),
    /training set 'returns' is not valid:\n✖ there is no option 'split'/,
  ],
  'of a spine': [
    // @ts-expect-error no such option
    () => trainingSet({ ...set, spine: { ...spine, splits: 'experiment_split' } }),
    /Unrecognized key: "splits"; did you mean 'split'\?\n {2}→ at spine/,
  ],
  'of a model': [
    // @ts-expect-error no such option
    () => model({ name: 'm', trainingSet: churn, null: {} }),
    /model 'm' is not valid:\n✖ there is no option 'null'; did you mean 'nulls'\?/,
  ],
  'of the parameters of a model': [
    // @ts-expect-error no such parameter
    () => model({ name: 'm', trainingSet: churn, parameters: { learning_rate: 0.1 } }),
    /Unrecognized key: "learning_rate"; did you mean 'learningRate'\?\n {2}→ at parameters/,
  ],
  'of an online table': [
    // @ts-expect-error no such option
    () => onlineTable({ table: userActivityFeatures, ttl: '1 day' }),
    /online table is not valid:\n✖ there is no option 'ttl'/,
  ],
  'of an endpoint': [
    // @ts-expect-error no such option
    () => endpoint({ name: 'e', lookups: set.lookups, modell: 'm' }),
    /endpoint 'e' is not valid:\n✖ there is no option 'modell'; did you mean 'model'\?/,
  ],
  'of an endpoint that has a model': [
    // @ts-expect-error an endpoint has a model or lookups
    () => endpoint({ name: 'e', lookups: set.lookups, model: { definition: { name: 'm' } } }),
    /an endpoint serves either a model/,
  ],
};

test.each(Object.entries(mistakes))('an unknown option %s is refused', (_of, [call, message]) => {
  expect(call).toThrow(message);
});

test('options that are no object are refused', () => {
  // @ts-expect-error options are an object
  expect(() => count('revenue')).toThrow(/'count' takes its options as an object, not 'revenue'/);
  // @ts-expect-error options are an object
  expect(() => streamTable()).toThrow(/stream table takes its options as an object, not 'undefined'/);
});

test('a reference field has no place in a record', () => {
  const from = { ...fields, country: optional('string', { from: 'address.country' }) };
  expect(() => referenceTable({ name: 'users', primaryKeys: ['user_id'], fields: from })).toThrow(
    /Unrecognized key: "from"\n {2}→ at fields\[2\]/,
  );
});

const tables = [userEvents, products, userActivityFeatures, userProfileFeatures, transactionFeatures];

/** What names an input that is not there, as an error of the compiler and of `apply`. */
const missing: Record<string, [model: () => ReturnType<typeof model>, message: RegExp]> = {
  'a null fill for an input that is not looked up': [
    // @ts-expect-error no such input
    () => model({ name: 'm', trainingSet: churn, nulls: { purchase_count_30: 0 } }),
    /model 'm': nulls names 'purchase_count_30', which its training set neither looks up nor computes; did you mean 'purchase_count_30d'\?/,
  ],
  'a recency of no input': [
    // @ts-expect-error no such input
    () => model({ name: 'm', trainingSet: churn, recency: 'days_since_purchase' }),
    /model 'm': recency names 'days_since_purchase', which its training set neither looks up nor computes/,
  ],
  'a null fill of a text': [
    () => model({ name: 'm', trainingSet: churn, nulls: { last_platform: 0 } }),
    /model 'm': nulls names 'last_platform', which is a text; only numbers have one/,
  ],
  'a null fill by a name that the training set changed': [
    // @ts-expect-error the input is called `events`
    () => model({ name: 'm', trainingSet: renamed, nulls: { event_count_1h: 0 } }),
    /nulls names 'event_count_1h', which its training set neither looks up nor computes/,
  ],
};

const renamed = trainingSet({
  ...set,
  name: 'renamed',
  lookups: [lookup(userActivityFeatures, { features: [{ feature: 'event_count_1h', as: 'events' }] })],
});

test.each(Object.entries(missing))('%s is refused', (_what, [make, message]) => {
  expect(() => definitionsWith(make())).toThrow(message);
});

test('a null of a truth value is filled with 0 or 1, and with no other number', () => {
  const table = externalTable({ ...external, features: { is_new: 'boolean', score: 'double' } });
  const flags = trainingSet({ ...set, name: 'flags', lookups: [lookup(table)] });
  const filledWith = (is_new: number) => {
    const one = model({ name: 'm', trainingSet: flags, nulls: { is_new, score: 0.5 }, recency: 'is_new' });
    return definitionSet([table, flags, one].map(({ definition }) => definition)).model('m').nulls.is_new;
  };
  for (const fill of [0, 1]) expect(filledWith(fill)).toBe(fill);
  for (const fill of [-1, 0.5, 2, 1e9])
    expect(() => filledWith(fill)).toThrow(
      `model 'm': nulls gives 'is_new', which is true or false, the number ${fill}; expected 0 or 1`,
    );
});

test('a null fill goes by the name that the training set gives', () => {
  const events = model({ name: 'm', trainingSet: renamed, nulls: { events: 3 }, recency: 'events' });
  expect(definitionsWith(events).model('m').nulls).toEqual({ events: 3 });
});

test('the compiler refuses a lookup of a feature that the table does not have, and so does apply', () => {
  const unknown = trainingSet({
    ...set,
    // @ts-expect-error no such feature
    lookups: [lookup(transactionFeatures, { features: ['purchase_count_60d'] })],
  });
  expect(() => definitionSet([...tables, unknown].map(({ definition }) => definition))).toThrow(
    /feature table 'transaction_features' has no feature 'purchase_count_60d'; did you mean 'purchase_count_30d'\?/,
  );
});

function definitionsWith(one: ReturnType<typeof model>) {
  const all = [...tables, users, churn, renamed, one];
  return definitionSet(all.map(({ definition }) => definition));
}
