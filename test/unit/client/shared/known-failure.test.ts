import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createKafka } from '../../../../adapters/kafka/client.ts';
import { listTopics } from '../../../../adapters/kafka/topics.ts';
import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import { ensureExperiment } from '../../../../adapters/mlflow/experiments.ts';
import { connectRedis } from '../../../../adapters/redis/client.ts';
import { knownFailure } from '../../../../client/shared/known-failure.ts';
import { connectTemporal } from '../../../../client/shared/temporal.ts';
import { connect } from '../../../../db/sql/client.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';

/** How each server is asked, and the code of the error when it does not answer. */
const servers: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  ASOF_DATABASE_UNAVAILABLE: (port) => connect(`postgres://asof@127.0.0.1:${port}/asof`),
  ASOF_KAFKA_UNAVAILABLE: (port) =>
    listTopics(createKafka({ brokers: `127.0.0.1:${port}` }, pino({ level: 'silent' }))),
  ASOF_REDIS_UNAVAILABLE: (port) => connectRedis(`redis://127.0.0.1:${port}`),
  ASOF_TEMPORAL_UNAVAILABLE: (port) =>
    connectTemporal({ address: `127.0.0.1:${port}`, namespace: 'default', taskQueue: 'asof' }),
  ASOF_MLFLOW_UNAVAILABLE: (port) =>
    ensureExperiment(createMlflow({ uri: `http://127.0.0.1:${port}` }), 'model'),
};

describe.each(['refuses connections', 'ends connections'])('a server that %s', (how) => {
  test.each(Object.entries(servers))('is %s', async (code, ask) => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    if (how === 'refuses connections') await new Promise((closed) => server.close(closed));
    const failure = knownFailure(await ask(port).catch((error: unknown) => error));
    server.close();
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(/npx asof stack status/);
    expect(failure.message).not.toMatch(/\n {4}at /);
  });
});

const databaseError = (code: string, message: string) =>
  Object.assign(new pg.DatabaseError(message, 0, 'error'), { code });

test.each([
  [
    'ASOF_DATABASE_FAILED',
    databaseError('54000', 'index row size 3032 exceeds btree version 4 maximum 2704'),
  ],
  ['ASOF_DATABASE_FAILED', databaseError('42501', 'permission denied for database shop')],
  [
    'ASOF_DATABASE_UNAVAILABLE',
    databaseError('57P01', 'terminating connection due to administrator command'),
  ],
  ['ASOF_DATABASE_UNAVAILABLE', databaseError('53300', 'sorry, too many clients already')],
  ['ASOF_DATABASE_UNAVAILABLE', new Error('Connection terminated unexpectedly')],
  ['ASOF_SYSTEM_REFUSED', failing(() => writeFileSync('/no/such/folder/file', ''))],
  ['ASOF_SYSTEM_REFUSED', systemError('ENOSPC', 'write')],
  ['ASOF_SYSTEM_REFUSED', new AggregateError([systemError('ECONNREFUSED', 'connect')])],
  ['ASOF_TEMPORAL_UNAVAILABLE', serviceError(14, 'no connection established')],
  ['ASOF_TEMPORAL_REFUSED', serviceError(5, 'namespace shop is not found')],
  ['ASOF_UNEXPECTED', new TypeError("Cannot read properties of undefined (reading 'rows')")],
  ['ASOF_UNEXPECTED', 'a text'],
])('%s: %s', (code, error) => {
  const failure = knownFailure(error);
  expect(failure).toBeInstanceOf(AsofError);
  expect(failure.code).toBe(code);
  expect(failure.message).not.toMatch(/\n {4}at /);
});

test('an error of Asof stays as it is, also as the cause of another one', () => {
  const own = new AsofError('ASOF_CLIENT_CLOSED', 'closed');
  expect(knownFailure(own)).toBe(own);
  expect(knownFailure(new Error('wrapped', { cause: own }))).toBe(own);
});

function failing(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall} failed`), { code, syscall });
}

function serviceError(code: number, details: string): Error {
  const cause = Object.assign(new Error(details), { code });
  return Object.assign(new Error('Failed to start Workflow', { cause }), { name: 'ServiceError' });
}
