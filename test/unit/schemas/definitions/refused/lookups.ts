import {
  count,
  endpoint,
  eventSource,
  externalTable,
  lookup,
  model,
  required,
  streamTable,
  trainingSet,
} from 'asof';

const fields = { user_id: required('string'), at: required('timestamp') };
const shop = eventSource({ name: 'shop', entity: 'user_id', eventTime: 'at', fields });
const visits = streamTable({
  name: 'visits',
  source: shop,
  window: { length: '1 hour', slide: '1 hour' },
  features: { visits_1h: count() },
});
const scores = externalTable({
  name: 'scores',
  primaryKeys: ['user_id'],
  timestamp: 'at',
  features: { score: 'double' },
});
const spine = { keys: ['user_id'], timestamp: 'at', label: 'churned', split: 'split' } as const;
const set = trainingSet({ name: 'churn', spine, lookups: [lookup(visits), lookup(scores)] });

/** Lookups, training sets, models and endpoints that the compiler refuses. */
export const refusedLookups = {
  'a misspelt feature of a stream table': () =>
    lookup(visits, {
      // @ts-expect-error there is no feature `visit_1h`
      features: ['visit_1h'],
    }),

  'a misspelt feature with another name': () =>
    lookup(scores, {
      // @ts-expect-error there is no feature `scor`
      features: [{ feature: 'scor', as: 'churn_score' }],
    }),

  'lookup keys that are no texts': () =>
    lookup(visits, {
      // @ts-expect-error a key is the name of a column
      lookupKeys: [7],
    }),

  'a lookup of an event source': () =>
    // @ts-expect-error an event source has no features
    lookup(shop),

  'a table in the place of a lookup': () =>
    trainingSet({
      name: 'returns',
      spine,
      // @ts-expect-error a table is looked up by `lookup(visits)`
      lookups: [visits],
    }),

  'a null fill for an input that is not looked up': () =>
    model({
      name: 'churn_model',
      trainingSet: set,
      // @ts-expect-error there is no input `visits`
      nulls: { visits: 0 },
    }),

  'a baseline by an input that is not looked up': () =>
    model({
      name: 'churn_model',
      trainingSet: set,
      // @ts-expect-error there is no input `recency`
      recency: 'recency',
    }),

  'an endpoint of a training set': () =>
    endpoint({
      name: 'churn',
      // @ts-expect-error an endpoint serves a model
      model: set,
    }),

  'an endpoint of a model and of lookups': () =>
    // @ts-expect-error a model's own specification says what is looked up
    endpoint({ name: 'churn', model: model({ name: 'm', trainingSet: set }), lookups: [lookup(visits)] }),

  'an endpoint with a misspelt feature': () =>
    endpoint({
      name: 'visits',
      // @ts-expect-error there is no feature `visit_1h`
      lookups: [lookup(visits, { features: ['visit_1h'] })],
    }),
};
