import { expect, test } from 'vitest';
import { records, servedApp } from '../served-app.ts';

const { invoke } = servedApp();
const { revenue_1h: revenue, last_platform: platform } = records[0]!;

const ask = async (record: object) => {
  const { status, body } = await invoke('spending', { inputs: [{ user_id: 'u_0', amount: 3, ...record }] });
  return status === 200
    ? (body.outputs as Record<string, unknown>[])[0]!
    : (body as { error_code: string; message: string; details: { fields: string[] } });
};

test('a feature endpoint computes request features from what is looked up, asked and given, as of its moment', async () => {
  const answer = await ask({ platform, since: '1970-01-01T00:10:00.000001Z' });
  expect(answer).toMatchObject({
    user_id: 'u_0',
    is_usual: true,
    is_new: false,
    over_revenue: 3 / Number(revenue),
    seconds: 399.999999,
  });
  expect(Object.keys(answer)).toEqual([
    ...['user_id', 'event_count_1h', 'revenue_1h', 'last_platform'],
    ...['is_new', 'is_usual', 'over_revenue', 'seconds'],
  ]);
});

test('a value that is given wins over the looked-up or computed one, and expressions read it', async () => {
  expect(await ask({ revenue_1h: 6 })).toMatchObject({ revenue_1h: 6, over_revenue: 0.5 });
  expect(await ask({ last_platform: 'tv', platform: 'tv' })).toMatchObject({ is_usual: true, is_new: false });
  expect(await ask({ platform, is_usual: false })).toMatchObject({ is_usual: false, is_new: true });
  // A model's truth values may be given as numbers.
  expect(await ask({ platform, is_usual: 0 })).toMatchObject({ is_usual: false, is_new: true });
  expect(await ask({ over_revenue: null })).toMatchObject({ over_revenue: null });
  // A spine does not tell an empty text from none, so neither does a request.
  const empty = await ask({ last_platform: '', platform: 'tv' });
  expect(empty).toMatchObject({ last_platform: null, is_usual: null });
});

test('an optional field that is missing, null or empty is null, and so is what needs it', async () => {
  for (const platform of [undefined, null, ''])
    expect(await ask({ platform })).toMatchObject({ is_usual: null, is_new: null, seconds: null });
});

test.each<[string, object, string, RegExp]>([
  ['a required field that is missing', { amount: undefined }, 'amount', /'amount' of record 0 is missing/],
  ['a required field that is null', { amount: null }, 'amount', /'amount' of record 0 is missing/],
  ['a text for a number', { amount: '3' }, 'amount', /'amount' of record 0 must be a finite number/],
  [
    'a list for a text',
    { platform: ['web'] },
    'platform',
    /'platform' of record 0 must be a text.*, or null/,
  ],
  ['half of a surrogate pair', { platform: '\ud800' }, 'platform', /'platform' of record 0 must be a text/],
  ['a number for a time', { since: 0 }, 'since', /'since' of record 0 must be a time such as .*, or null/],
  ['a given feature of another type', { revenue_1h: 'much' }, 'revenue_1h', /must be a number or null/],
  [
    'a given request feature of another type',
    { is_new: 'no' },
    'is_new',
    /must be true, false, 1, 0 or null/,
  ],
])('%s is refused by the name of the field', async (_what, record, field, message) => {
  const answer = await ask(record);
  expect(answer).toMatchObject({ error_code: 'ASOF_REQUEST_INVALID', details: { fields: [field] } });
  expect(answer.message).toMatch(message);
});

test('each form of a body has the request fields', async () => {
  const columns = { user_id: ['u_0', 'u_1'], amount: [1, 2] };
  const byColumn = await invoke('spending', { inputs: columns });
  const split = await invoke('spending', {
    dataframe_split: { columns: ['user_id', 'amount'], data: [['u_0', 1], ['u_1', 2]] }, // prettier-ignore
  });
  expect(byColumn.status).toBe(200);
  expect(split.body).toEqual(byColumn.body);
});
