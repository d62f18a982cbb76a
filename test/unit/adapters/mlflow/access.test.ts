import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { mlflowAccess } from '../../../../adapters/mlflow/access.ts';
import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../../adapters/mlflow/experiments.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';

const MLFLOW_TRACKING_URI = 'https://mlflow.example/tracking/';
const uri = 'https://mlflow.example/tracking';
const USER = { MLFLOW_TRACKING_USERNAME: 'asof', MLFLOW_TRACKING_PASSWORD: 'p:ss wörd' };

test('MLflow without a login needs no settings', () => {
  expect(mlflowAccess({ MLFLOW_TRACKING_URI })).toEqual({ uri });
  expect(mlflowAccess({ MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN: '' })).toEqual({ uri });
});

test.each([
  ['a user and password', { MLFLOW_TRACKING_URI, ...USER }, basic('asof:p:ss wörd')],
  ['a token', { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_TOKEN: 'abc' }, 'Bearer abc'],
  [
    'a URL with a user and password',
    { MLFLOW_TRACKING_URI: 'https://asof:p%3Ass%20w%C3%B6rd@mlflow.example/tracking' },
    basic('asof:p:ss wörd'),
  ],
  [
    'a URL with a percent sign that encodes nothing',
    { MLFLOW_TRACKING_URI: 'https://asof:100%@mlflow.example/tracking' },
    basic('asof:100%'),
  ],
])('%s is the login of each request, and not of the address', (_what, variables, authorization) => {
  expect(mlflowAccess(variables)).toEqual({ uri, authorization });
});

test.each([
  ['no URL', { MLFLOW_TRACKING_URI: 'hush-hush@mlflow.example' }],
  ['a URL of another kind', { MLFLOW_TRACKING_URI: 'sqlite:///hush-hush.db' }],
  ['a user alone', { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME: 'hush-hush' }],
  ['a password alone', { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_PASSWORD: 'hush-hush' }],
  ['two logins', { MLFLOW_TRACKING_URI, ...USER, MLFLOW_TRACKING_TOKEN: 'hush-hush' }],
  ['two logins, one in the URL', { MLFLOW_TRACKING_URI: 'https://a:hush-hush@mlflow.example', ...USER }],
])('%s is refused without repeating it', (_what, variables) => {
  const refusal = errorOf(() => mlflowAccess(variables));
  expect(refusal).toMatchObject({ code: 'ASOF_MLFLOW_SETTINGS_INVALID' });
  expect(inspect(refusal)).not.toContain('hush-hush');
  expect(inspect(refusal)).not.toContain('p:ss');
});

test('MLflow gets the login, and no error of a request has it', async () => {
  const received: unknown[] = [];
  const server = createServer(({ headers }, answer) => {
    received.push(headers.authorization);
    answer.statusCode = 401;
    answer.end('no');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const access = mlflowAccess({ MLFLOW_TRACKING_URI: `http://asof:hush-hush@127.0.0.1:${port}` });
  const refusal = await ensureExperiment(createMlflow(access), 'model').catch((error: unknown) => error);
  server.close();
  expect(received).toEqual([basic('asof:hush-hush')]);
  expect(refusal).toMatchObject({
    code: 'ASOF_MLFLOW_REFUSED',
    message: expect.stringContaining('MLFLOW_TRACKING_TOKEN') as string,
  });
  const gone = await ensureExperiment(createMlflow(access), 'model').catch((error: unknown) => error);
  expect(gone).toMatchObject({
    code: 'ASOF_MLFLOW_UNAVAILABLE',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
  for (const error of [refusal, gone]) {
    const everything = inspect(error, { depth: null, showHidden: true });
    expect(everything).not.toContain('hush-hush');
    expect(everything).not.toContain(basic('asof:hush-hush'));
  }
});

function basic(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof AsofError ? error : undefined;
  }
}
