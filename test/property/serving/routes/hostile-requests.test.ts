import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ERRORS } from '../../../../domain/errors/errors.ts';
import { servedApp } from '../../../unit/serving/served-app.ts';
import { forAllSlow } from '../../support/for-all.ts';

const MOST_BYTES_OF_ERROR = 8_192;
/** Stands at the end of each long value of a request: no answer to a request that is refused repeats one. */
const MARK = 'the end of a value';

const FEATURES = ['event_count_1h', 'revenue_1h', 'last_platform'];
const OF_PROTOTYPES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
];
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...OF_PROTOTYPES, 'user_id', ...FEATURES, 'u_1', '\ud800', '\0', '😀', '%00', '../../x'),
);
const longTexts = fc
  .tuple(texts, fc.integer({ min: 2_000, max: 30_000 }))
  .map(([text, length]) => (text || 'x').repeat(length).slice(0, length) + MARK);

/** Tokens of JSON that JavaScript cannot say, beside those that it can. */
const numbers = fc.oneof(
  fc.double().map((number) => (Number.isFinite(number) ? String(number) : 'null')),
  fc.constantFrom('1e400', '-1e400', '1e-400', '-0', '0.1e1', '9'.repeat(400), '01', 'NaN', '+1'),
);
const json = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.oneof(numbers, fc.constantFrom('null', 'true', 'false', '[]', '{}'), texts.map(quoted)),
    longTexts.map(quoted),
    fc.array(tie('json'), { maxLength: 6 }).map((values) => `[${values.join()}]`),
    fc.array(fc.tuple(texts, tie('json')), { maxLength: 6 }).map(objectOf),
  ),
})).json;

/** A record that is nearly right: each field may be missing, be there twice, or be anything. */
const records = fc
  .array(
    fc.tuple(fc.oneof(fc.constantFrom('user_id', ...FEATURES), texts), fc.oneof(json, fc.constant('"u_1"'))),
  )
  .map(objectOf);
const lists = fc.array(fc.oneof({ weight: 5, arbitrary: records }, json), { maxLength: 30 }).map(listOf);
const columns = fc
  .array(fc.tuple(fc.oneof(fc.constant('user_id'), texts), fc.oneof(json, fc.array(json).map(listOf))))
  .map(objectOf);
const splits = fc
  .tuple(
    fc.oneof(json, fc.array(texts.map(quoted)).map(listOf)),
    fc.oneof(json, fc.array(fc.oneof(json, fc.array(json).map(listOf))).map(listOf)),
    json,
  )
  .map(([names, data, other]) => `{"columns":${names},"data":${data},"index":${other}}`);
const forms = fc.oneof(
  fc.tuple(fc.constantFrom('dataframe_records', 'inputs'), lists),
  fc.tuple(fc.constant('inputs'), columns),
  fc.tuple(fc.constant('dataframe_split'), splits),
  fc.tuple(texts, json),
);
/** Records without a fault but, now and then, in a value. */
const answerable = fc
  .array(
    fc
      .tuple(
        fc.oneof({ weight: 20, arbitrary: fc.constantFrom('u_0', 'u_1', 'nobody', '\0') }, texts),
        fc.oneof({ weight: 20, arbitrary: fc.constantFrom('3', 'null', '1e3') }, json),
        fc.oneof({ weight: 20, arbitrary: fc.constantFrom('"ios"', 'null') }, json),
      )
      .map(([user, revenue, platform]) => [quoted(user), revenue, platform] as const),
    { minLength: 1, maxLength: 10 },
  )
  .chain((rows) => {
    const names = ['user_id', 'revenue_1h', 'last_platform'];
    const split = `{"columns":${JSON.stringify(names)},"data":${listOf(rows.map(listOf))}}`;
    const byColumn = objectOf(names.map((name, index) => [name, listOf(rows.map((row) => row[index]!))]));
    const list = listOf(rows.map((row) => objectOf(names.map((name, index) => [name, row[index]!]))));
    return fc.constantFrom(['dataframe_split', split], ['inputs', byColumn], ['inputs', list]);
  })
  .map((form) => objectOf([form as [string, string]]));
const manyTimes = fc
  .tuple(
    fc.constantFrom('[', '{"a":', '[[],', '"', '\\', '0', '{"__proto__":', '[1,'),
    fc.integer({ min: 1, max: 200_000 }),
  )
  .map(([unit, times]) => `{"inputs":${unit.repeat(times)}`);
const bodies = fc.oneof(
  { weight: 8, arbitrary: answerable },
  { weight: 8, arbitrary: fc.array(forms, { minLength: 1, maxLength: 2 }).map(objectOf) },
  { weight: 2, arbitrary: json },
  { weight: 1, arbitrary: manyTimes },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const endpoints = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('churn', 'shopper') },
  { weight: 2, arbitrary: fc.oneof(texts, longTexts).map((name) => encodeURIComponent(name.toWellFormed())) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('%', '%E0%A4%A', '%2e%2e', 'churn%00', '__proto__', 'a'.repeat(101)),
  },
);
const types = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'text/plain',
    'application/json; charset=utf-16',
    'application/xml',
    'x',
    '',
    'multipart/form-data',
  ),
);
const requests = fc.record({
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constant('POST' as const) },
    fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'),
  ),
  path: fc.oneof(
    { weight: 8, arbitrary: endpoints.map((name) => `/serving-endpoints/${name}/invocations`) },
    longTexts.map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
  ),
  type: types,
  body: bodies,
});

test('whatever a caller sends, it is answered, or told shortly what is wrong with it, and no value is repeated', async () => {
  const { app } = servedApp();
  let answered = 0;
  await forAllSlow(requests, 1_000, async ({ method, path, type, body }) => {
    const response = await app.inject({
      method: method as 'POST',
      url: path,
      headers: { 'content-type': type },
      payload: body,
    });
    expect(response.statusCode, response.body.slice(0, 1_000)).toBeLessThan(500);
    if (response.statusCode === 200) answered += 1;
    if (response.statusCode === 200 || method === 'HEAD') return;
    expect(response.body.length).toBeLessThan(MOST_BYTES_OF_ERROR);
    expect(response.body).not.toContain(MARK);
    const { error_code, message } = response.json<{ error_code: string; message: string }>();
    expect(ERRORS).toHaveProperty(error_code);
    expect(message).not.toBe('');
  });
  expect(answered).toBeGreaterThan(0);
  expect(({} as Record<string, unknown>).user_id).toBeUndefined();
});

function quoted(text: string): string {
  return JSON.stringify(text);
}

function listOf(values: readonly string[]): string {
  return `[${values.join()}]`;
}

function objectOf(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, value]) => `${quoted(name)}:${value}`).join()}}`;
}
