import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../serving/routes/limits.ts';
import { servedApp } from '../served-app.ts';

/** In which the service answers nobody else. The machine may be busy, so it is time of the processor. */
const MOST_MS = 200;
const ATTEMPTS = 3;

const { bodyBytes, records } = DEFAULT_LIMITS;

test.each<[string, number, string]>([
  ['lists in lists', 400, `{"inputs":${nested('[', ']')}}`],
  ['lists in lists that do not end', 400, fill('{"inputs":', '[', '')],
  ['objects in objects', 400, `{"inputs":[${nested('{"a":', '}', '1')}]}`],
  ['numbers in place of records', 400, fill('{"inputs":[', '1,', '1]}')],
  ['more records than a request may have', 400, fill('{"inputs":[', '{},', '{}]}')],
  ['a record of very many fields', 400, `{"inputs":[{${fields(80_000, '1')}}]}`],
  ['very many unknown fields', 400, `{${fields(80_000, '1')}}`],
  ['very many columns', 400, `{"inputs":{${fields(70_000, '[1]')}}}`],
  [
    'many records of many fields',
    200,
    `{"inputs":[${list(records, (at) => `{"user_id":"u_${at}",${fields(50, '1')}}`)}]}`,
  ],
  [
    'wrong values in every record',
    400,
    `{"inputs":[${list(records, (at) => `{"user_id":"u_${at}","revenue_1h":"x"}`)}]}`,
  ],
  ['long keys', 200, `{"inputs":[${list(records, (at) => `{"user_id":"${'u'.repeat(480)}${at}"}`)}]}`],
  ['records without keys', 400, `{"inputs":[${list(records, () => '{}')}]}`],
  ['a long text of escapes', 200, fill('{"inputs":[{"user_id":"', String.raw`\u0000`, '"}]}')],
  [
    'many columns and many rows',
    400,
    `{"dataframe_split":{"columns":[${list(1_000, (at) => `"${at}"`)}],"data":[${list(450, () => `[${list(1_000, () => '1')}]`)}]}}`,
  ],
  [
    'many columns of many values',
    200,
    `{"inputs":{"user_id":[${list(records, (at) => `"u_${at}"`)}],${list(200, (at) => `"c${at}":[${list(records, () => '1')}]`)}}}`,
  ],
  [
    'fields of every prototype',
    400,
    fill('{"inputs":[', '{"__proto__":{"constructor":{"prototype":1}}},', '{}]}'),
  ],
])('a body of %s holds the event loop for a moment only', async (_shape, status, body) => {
  expect(body.length).toBeLessThanOrEqual(bodyBytes);
  const { app } = servedApp();
  const took: number[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = process.cpuUsage();
    const response = await app.inject({
      method: 'POST',
      url: '/serving-endpoints/churn/invocations',
      headers: { 'content-type': 'application/json' },
      payload: body,
    });
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1_000);
    expect(response.statusCode, response.body.slice(0, 500)).toBe(status);
  }
  expect(Math.min(...took)).toBeLessThan(MOST_MS);
});

test.each([
  ['inputs', (count: number) => ({ inputs: Array(count).fill({ user_id: 'u_1' }) })],
  ['columns', (count: number) => ({ inputs: { user_id: Array(count).fill('u_1') } })],
  [
    'split',
    (count: number) => ({ dataframe_split: { columns: ['user_id'], data: Array(count).fill(['u_1']) } }),
  ],
])('a request of %s has as many records as the limit, and no more', async (_form, bodyOf) => {
  const { invoke } = servedApp(undefined, { records: 3 });
  expect((await invoke('churn', bodyOf(3))).status).toBe(200);
  expect(await invoke('churn', bodyOf(4))).toMatchObject({
    status: 400,
    body: {
      error_code: 'ASOF_REQUEST_INVALID',
      message: expect.stringContaining('has 4 records; expected 1 to 3') as string,
    },
  });
});

test('a body has as many bytes as the limit, and no more', async () => {
  const body = JSON.stringify({ inputs: [{ user_id: 'u_1' }] });
  expect((await servedApp(undefined, { bodyBytes: body.length }).invoke('churn', body)).status).toBe(200);
  expect(await servedApp(undefined, { bodyBytes: body.length - 1 }).invoke('churn', body)).toMatchObject({
    status: 413,
    body: { error_code: 'ASOF_BODY_TOO_LARGE' },
  });
});

/** The largest body of many of the same. */
function fill(head: string, unit: string, tail: string): string {
  return head + unit.repeat((bodyBytes - head.length - tail.length) / unit.length) + tail;
}

function nested(open: string, close: string, innermost = ''): string {
  const depth = Math.floor((bodyBytes - 100) / (open.length + close.length));
  return open.repeat(depth) + innermost + close.repeat(depth);
}

function list(count: number, one: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => one(at)).join();
}

function fields(count: number, value: string): string {
  return list(count, (at) => `"f${at}":${value}`);
}
