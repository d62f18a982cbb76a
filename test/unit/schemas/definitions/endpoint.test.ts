import { expect, test } from 'vitest';
import type { ModelDefinition } from '../../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { type EndpointOptions, endpoint, endpointSchema } from '../../../../schemas/definitions/endpoint.ts';
import { lookup } from '../../../../schemas/definitions/lookup.ts';
import { usesOf } from '../../../../schemas/definitions/making/uses.ts';
import { onlineTable } from '../../../../schemas/definitions/online-table.ts';

const activity = lookup(userActivityFeatures, { features: ['event_count_1h'] });

test('an online table has the name of its feature table by default', () => {
  expect(onlineTable({ table: userActivityFeatures }).definition).toEqual({
    kind: 'online_table',
    name: 'user_activity_features',
    table: 'user_activity_features',
  });
  expect(onlineTable({ table: userActivityFeatures, name: 'activity' }).definition.name).toBe('activity');
});

test('an endpoint serves features with unique names', () => {
  const { definition } = endpoint({ name: 'shopper-now', lookups: [activity] });
  const { table, features, lookupKeys, lookback } = activity;
  expect(definition).toEqual({
    kind: 'endpoint',
    name: 'shopper-now',
    model: null,
    lookups: [{ table, features, lookupKeys, lookback }],
  });
  expect(() => endpoint({ name: 'shopper', lookups: [activity, activity] })).toThrow(
    /two features would be called 'event_count_1h'/,
  );
  expect(() => endpoint({ name: 'shopper/now', lookups: [activity] })).toThrow(
    /not a name Asof can use in a URL/,
  );
});

test('an option without a value counts as omitted', () => {
  const model = { definition: { name: 'churn_model' } as ModelDefinition };
  const given = [
    { name: 'churn', lookups: [activity] },
    { name: 'churn', model },
  ] as const;
  const nothing: object = { model: undefined, lookups: undefined, owner: undefined };
  for (const options of given) {
    expect(endpoint({ ...nothing, ...options })).toEqual(endpoint(options));
    expect(usesOf(endpoint({ ...nothing, ...options }))).toEqual(usesOf(endpoint(options)));
  }
  expect(() => endpoint({ name: 'churn', ...nothing } as EndpointOptions)).toThrow(/either a model/);
});

test('an endpoint serves either a model or features', () => {
  for (const wrong of [
    { model: 'm', lookups: [activity] },
    { model: null, lookups: null },
  ]) {
    const result = endpointSchema.safeParse({ kind: 'endpoint', name: 'churn', ...wrong });
    expect(result.error?.issues[0]?.message).toMatch(/either a model/);
  }
});
