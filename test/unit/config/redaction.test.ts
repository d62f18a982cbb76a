import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { redaction } from '../../../config/redaction.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { makeSecrets } from '../../../stack/secrets.ts';

afterEach(() => void vi.unstubAllEnvs());

const folder = mkdtempSync(join(tmpdir(), 'asof-redaction-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OF_REDIS = 'password-of-asof-in-redis';

test.each([
  ['DATABASE_URL', 'postgres://asof:canary-of-it@db.example/asof'],
  ['ASOF_QUERY_DATABASE_URL', 'postgres://query:canary-of-it@db.example/asof'],
  ['REDIS_URL', 'rediss://:canary-of-it@cache.example:6379/3'],
  ['KAFKA_PASSWORD', 'canary-of-it'],
  ['MLFLOW_TRACKING_URI', 'https://asof:canary-of-it@mlflow.example'],
  ['MLFLOW_TRACKING_PASSWORD', 'canary-of-it'],
  ['MLFLOW_TRACKING_TOKEN', 'canary-of-it'],
  ['TEMPORAL_API_KEY', 'canary-of-it'],
  ['AWS_SECRET_ACCESS_KEY', 'canary-of-it'],
  ['PGPASSWORD', 'canary-of-it'],
])('the secret of %s is known', (variable, value) => {
  vi.stubEnv(variable, value);
  expect(redaction().text('it said canary-of-it.')).toBe('it said ***.');
});

test('each line of the private key of Kafka is known, its path is not secret', () => {
  const path = join(folder, 'client-key-of-kafka.pem');
  writeFileSync(
    path,
    '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n',
  );
  vi.stubEnv('KAFKA_SSL_KEY', path);
  expect(redaction().text(`${path}: MIIEvQIBADANBgkq, hkiG9w0BAQEFAASC`)).toBe(`${path}: ***, ***`);
});

test('the settings that a program gives are known too', () => {
  const given = { mlflow: { uri: 'http://mlflow.example', authorization: 'Bearer canary-of-it' } };
  expect(redaction(given).text('canary-of-it')).toBe('***');
  const basic = Buffer.from('asof:canary-of-it').toString('base64');
  expect(redaction({ mlflow: { authorization: `Basic ${basic}` } }).of(['canary-of-it', basic])).toEqual([
    '***',
    '***',
  ]);
});

test.each([
  ['is as it should be', () => {}],
  ['can be read by others', (path: string) => chmodSync(path, 0o644)],
  ['lacks some of them', (path: string) => writeFileSync(path, `ASOF_REDIS_PASSWORD=${OF_REDIS}\n`)],
])('the passwords of the stack are known, also where their file %s', (_how, change) => {
  vi.stubEnv('ASOF_CACHE', folder);
  const { secrets } = stackLayout();
  const made = { ...makeSecrets(secrets), ASOF_REDIS_PASSWORD: OF_REDIS };
  const lines = Object.entries(made).map(([name, value]) => `${name}=${value}`);
  writeFileSync(secrets, lines.join('\n'));
  change(secrets);
  expect(redaction().text(`it is ${OF_REDIS}`)).toBe('it is ***');
  rmSync(secrets);
});

test('what cannot be read does not keep an error from being printed', () => {
  vi.stubEnv('ASOF_CACHE', folder);
  vi.stubEnv('KAFKA_SSL_KEY', folder);
  vi.stubEnv('PGPASSWORD', 'canary-of-it');
  const { secrets } = stackLayout();
  mkdirSync(secrets, { recursive: true });
  expect(redaction().text('it said canary-of-it.')).toBe('it said ***.');
  rmSync(secrets, { recursive: true });
});

test('a password that is also the name of its user or database is hidden in URLs alone', () => {
  vi.stubEnv('DATABASE_URL', 'postgres://postgres:postgres@db.example/postgres');
  expect(redaction().text('the postgres at postgres://postgres:postgres@db.example')).toBe(
    'the postgres at postgres://postgres:***@db.example',
  );
});

test('what is named by the environment without a secret stays readable', () => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka.example:9092');
  vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.example:7233');
  const text = 'kafka.example:9092 and temporal.example:7233 do not answer';
  expect(redaction().text(text)).toBe(text);
});
