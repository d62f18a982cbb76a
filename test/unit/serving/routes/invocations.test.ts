import { expect, test } from 'vitest';
import { Store, predictions, records, servedApp } from '../served-app.ts';

const users = records.map((_, index) => ({ user_id: `u_${index}` }));
const INVALID = 'ASOF_REQUEST_INVALID';

test("returns the model's probabilities, with the features of all records looked up in one round trip", async () => {
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

test('given values replace looked-up ones, even null, and a record that has them all needs no key', async () => {
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

test('a feature endpoint returns features, and how they were found', async () => {
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

test.each<Refusal>([
  {
    what: 'an unknown endpoint',
    endpoint: 'chrun',
    payload: { inputs: users },
    status: 404,
    code: 'ASOF_ENDPOINT_UNKNOWN',
    message: /'chrun'; known: 'churn'/,
  },
  {
    what: 'a model without a version',
    endpoint: 'untrained',
    payload: { inputs: users },
    status: 503,
    code: 'ASOF_MODEL_UNKNOWN',
    message: /no version yet; train one/,
  },
  { what: 'a body that is not JSON', payload: '{', code: 'ASOF_BODY_NOT_JSON', message: /./ },
  { what: 'an empty body', payload: '', code: 'ASOF_BODY_EMPTY', message: /./ },
  {
    what: 'a missing key',
    payload: { inputs: [{ user: 'u_1' }] },
    message: /'user_id' of record 0 is missing/,
  },
  {
    what: 'an empty key',
    payload: { inputs: [{ user_id: '' }] },
    message: /must be a text that is not empty/,
  },
  { what: 'a key that is a number', payload: { inputs: [{ user_id: 7 }] }, message: /must be a text/ },
  {
    what: 'a value of another type',
    payload: { inputs: [{ user_id: 'u_1', revenue_1h: '12' }] },
    message: /'revenue_1h' of record 0 must be a number or null/,
  },
  {
    what: 'a value that is an object',
    endpoint: 'shopper',
    payload: { inputs: [{ user_id: 'u_1', revenue_1h: {} }] },
    message: /'revenue_1h'/,
  },
  { what: 'no form', payload: { records: users }, message: /exactly one of dataframe_records/ },
  {
    what: 'two forms',
    payload: { inputs: users, dataframe_records: users },
    message: /exactly one of/,
  },
  { what: 'no records', payload: { inputs: [] }, message: /inputs/ },
  {
    what: 'rows of another width',
    payload: { dataframe_split: { columns: ['user_id'], data: [['u_1'], ['u_1', 2]] } },
    message: /has 2 values for 1 columns.*\n.*dataframe_split\.data\[1\]/,
  },
  { what: 'a list', payload: [1], message: /the request is not valid/ },
])('refuses $what', async ({ endpoint = 'churn', payload, status = 400, code = INVALID, message }) => {
  const answer = await servedApp().invoke(endpoint, payload);
  expect(answer.body).toMatchObject({ error_code: code, message: expect.stringMatching(message) as string });
  expect(answer.status).toBe(status);
});

test('a table without a publication is named', async () => {
  const store = new Store();
  store.empty();
  const { status, body } = await servedApp(store).invoke('churn', { inputs: users });
  expect({ status, ...body }).toMatchObject({
    status: 503,
    error_code: 'ASOF_ONLINE_TABLE_UNPUBLISHED',
    details: { table: 'activity' },
  });
});

test('an unreadable row fails its own record, and the others are answered', async () => {
  const store = new Store();
  store.spoil('u_1');
  store.put('u_2', [1]);
  const { invoke } = servedApp(store);
  const asked = ['u_0', 'u_1', 'u_2'].map((user_id) => ({ user_id }));
  const wanted = await invoke('churn', { inputs: [asked[0]] });
  const isUnreadable = { error_code: 'ASOF_ONLINE_VALUE_UNREADABLE' };
  const errors = [1, 2].map((record) => ({ record, ...isUnreadable, message: expect.any(String) as string }));
  const predictions = [(wanted.body.predictions as number[])[0], null, null];
  expect(await invoke('churn', { inputs: asked })).toEqual({ status: 200, body: { predictions, errors } });

  const { body } = await invoke('shopper', { inputs: asked });
  const nothing = { event_count_1h: null, revenue_1h: null, last_platform: null };
  expect(body).toMatchObject({
    outputs: [{ user_id: 'u_0' }, { user_id: 'u_1', ...nothing }, { user_id: 'u_2', ...nothing }],
    metadata: [
      [{ status: 'found' }],
      [{ status: 'unreadable', nulls: Object.keys(nothing) }],
      [{ status: 'unreadable', feature_ts: null, version: null }],
    ],
    errors,
  });
  for (const inputs of [[asked[1]], asked.slice(1)])
    expect(await invoke('churn', { inputs })).toMatchObject({ status: 503, body: isUnreadable });
  store.spoilPointer();
  expect(await invoke('shopper', { inputs: asked })).toMatchObject({ status: 503, body: isUnreadable });
});

test('the answer to an unexpected failure reveals nothing about it', async () => {
  const store = new Store();
  store.read = () => Promise.reject(new Error('secret'));
  const { status, body } = await servedApp(store).invoke('churn', { inputs: users });
  expect({ status, code: body.error_code }).toEqual({ status: 500, code: 'ASOF_INTERNAL' });
  expect(JSON.stringify(body)).not.toContain('secret');
});

test('other routes are unknown, and health answers', async () => {
  const { app } = servedApp();
  expect((await app.inject('/health')).json()).toEqual({ status: 'ok' });
  const missing = await app.inject('/serving-endpoints/churn');
  expect(missing.statusCode).toBe(404);
  expect(missing.json()).toMatchObject({ error_code: 'ASOF_ROUTE_UNKNOWN' });
});

/** A request that is refused; by default a request to `churn`, with status 400 and {@link INVALID}. */
interface Refusal {
  readonly what: string;
  readonly endpoint?: string;
  readonly payload: unknown;
  readonly status?: number;
  readonly code?: string;
  readonly message: RegExp;
}

function close(values: readonly number[]): number[] {
  return values.map((value) => expect.closeTo(value, 5) as number);
}
