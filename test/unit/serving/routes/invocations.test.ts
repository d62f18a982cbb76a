import { expect, test } from 'vitest';
import { Store, predictions, records, servedApp } from '../served-app.ts';

const users = records.map((_, index) => ({ user_id: `u_${index}` }));
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5) as number);

test("looks features up and gives the model's probabilities, for many records in one round trip", async () => {
  const { invoke, online } = servedApp();
  const { status, body } = await invoke('churn', { dataframe_records: users });
  expect(status).toBe(200);
  expect(body).toEqual({ predictions: close(predictions) });
  expect(online.asked).toHaveLength(1);
});

test.each<[string, object]>([
  [
    'dataframe_split',
    { dataframe_split: { columns: ['user_id'], data: users.map(({ user_id }) => [user_id]) } },
  ],
  ['inputs as records', { inputs: users }],
  ['inputs as columns', { inputs: { user_id: users.map(({ user_id }) => user_id) } }],
])('takes %s', async (_form, payload) => {
  const { body } = await servedApp().invoke('churn', payload);
  expect(body).toEqual({ predictions: close(predictions) });
});

test('values in the request win over looked-up ones, even null; a record that has them all needs no key', async () => {
  const { invoke, online } = servedApp();
  const given = { user_id: 'u_1', ...records[0] };
  expect((await invoke('churn', { inputs: [given, records[2]] })).body).toEqual({
    predictions: close([predictions[0]!, predictions[2]!]),
  });
  expect(online.asked).toEqual([]);
  const { body } = await invoke('shopper', { inputs: [{ user_id: 'u_1', revenue_1h: null }] });
  expect(body.outputs).toEqual([
    { user_id: 'u_1', event_count_1h: 15, revenue_1h: null, last_platform: 'ios' },
  ]);
});

test('a feature endpoint gives features, and says how they were found', async () => {
  const { body } = await servedApp().invoke('shopper', {
    dataframe_records: [{ user_id: 'u_0' }, { user_id: 'u_2' }, { user_id: 'nobody' }],
  });
  const found = { table: 'activity', feature_ts: '1970-01-01T00:16:39.999999Z', version: '7' };
  expect(body).toEqual({
    outputs: [
      { user_id: 'u_0', event_count_1h: 3, revenue_1h: 12.5, last_platform: 'web' },
      { user_id: 'u_2', event_count_1h: 3, revenue_1h: null, last_platform: null },
      { user_id: 'nobody', event_count_1h: 0, revenue_1h: null, last_platform: null },
    ],
    metadata: [
      [{ ...found, status: 'found', nulls: [] }],
      [{ ...found, status: 'found_null', nulls: ['revenue_1h', 'last_platform'] }],
      [{ table: 'activity', status: 'not_found', feature_ts: null, version: null, nulls: [] }],
    ],
  });
});

test.each<[string, string, unknown, number, string, RegExp]>([
  [
    'an unknown endpoint',
    'chrun',
    { inputs: users },
    404,
    'ASOF_ENDPOINT_UNKNOWN',
    /'chrun'; known: 'churn'/,
  ],
  [
    'a missing key',
    'churn',
    { inputs: [{ user: 'u_1' }] },
    400,
    'ASOF_REQUEST_INVALID',
    /'user_id' of record 0 is missing/,
  ],
  [
    'an empty key',
    'churn',
    { inputs: [{ user_id: '' }] },
    400,
    'ASOF_REQUEST_INVALID',
    /must be a text that is not empty/,
  ],
  [
    'a key that is a number',
    'churn',
    { inputs: [{ user_id: 7 }] },
    400,
    'ASOF_REQUEST_INVALID',
    /must be a text/,
  ],
  [
    'a value of another type',
    'churn',
    { inputs: [{ user_id: 'u_1', revenue_1h: '12' }] },
    400,
    'ASOF_REQUEST_INVALID',
    /'revenue_1h' of record 0 must be a number or null/,
  ],
  [
    'a value that is an object',
    'shopper',
    { inputs: [{ user_id: 'u_1', revenue_1h: {} }] },
    400,
    'ASOF_REQUEST_INVALID',
    /'revenue_1h'/,
  ],
  ['no form', 'churn', { records: users }, 400, 'ASOF_REQUEST_INVALID', /exactly one of dataframe_records/],
  [
    'two forms',
    'churn',
    { inputs: users, dataframe_records: users },
    400,
    'ASOF_REQUEST_INVALID',
    /exactly one of/,
  ],
  ['no records', 'churn', { inputs: [] }, 400, 'ASOF_REQUEST_INVALID', /inputs/],
  [
    'rows of another width',
    'churn',
    { dataframe_split: { columns: ['user_id'], data: [['u_1'], ['u_1', 2]] } },
    400,
    'ASOF_REQUEST_INVALID',
    /has 2 values for 1 columns.*\n.*dataframe_split\.data\[1\]/,
  ],
  ['a list', 'churn', [1], 400, 'ASOF_REQUEST_INVALID', /the request is not valid/],
  ['what is not JSON', 'churn', '{', 400, 'ASOF_BODY_NOT_JSON', /./],
  ['nothing', 'churn', '', 400, 'ASOF_BODY_EMPTY', /./],
  [
    'a model without a version',
    'untrained',
    { inputs: users },
    503,
    'ASOF_MODEL_UNKNOWN',
    /no version yet; train one/,
  ],
])('refuses %s', async (_what, endpoint, payload, status, code, message) => {
  const answer = await servedApp().invoke(endpoint, payload);
  expect(answer.body).toMatchObject({ error_code: code, message: expect.stringMatching(message) as string });
  expect(answer.status).toBe(status);
});

test('a table that was never published is said to be so', async () => {
  const store = new Store();
  store.empty();
  const { status, body } = await servedApp(store).invoke('churn', { inputs: users });
  expect({ status, ...body }).toMatchObject({
    ...{ status: 503, error_code: 'ASOF_ONLINE_TABLE_UNPUBLISHED', details: { table: 'activity' } },
  });
});

test('a failure that nobody foresaw says nothing of itself', async () => {
  const store = new Store();
  store.read = () => Promise.reject(new Error('secret'));
  const { status, body } = await servedApp(store).invoke('churn', { inputs: users });
  expect({ status, code: body.error_code }).toEqual({ status: 500, code: 'ASOF_INTERNAL' });
  expect(JSON.stringify(body)).not.toContain('secret');
});

test('other routes are told apart, and health answers', async () => {
  const { app } = servedApp();
  expect((await app.inject('/health')).json()).toEqual({ status: 'ok' });
  const missing = await app.inject('/serving-endpoints/churn');
  expect(missing.statusCode).toBe(404);
  expect(missing.json()).toMatchObject({ error_code: 'ASOF_ROUTE_UNKNOWN' });
});
