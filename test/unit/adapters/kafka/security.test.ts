import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kafkaSecurity } from '../../../../adapters/kafka/security.ts';

const folder = mkdtempSync(join(tmpdir(), 'asof-kafka-security-'));
const PEM = '-----BEGIN CERTIFICATE-----\n';
afterAll(() => rmSync(folder, { recursive: true }));

const BROKER = { KAFKA_BROKERS: 'broker.example:9093' };
const SASL = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'asof', KAFKA_PASSWORD: 'hush' };

const OAUTH = { KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_OAUTH_TOKEN_COMMAND: 'echo abc' };

test('a broker without security needs no settings', () => {
  expect(kafkaSecurity({})).toEqual({});
  expect(kafkaSecurity({ ...BROKER, KAFKA_SSL: 'false', KAFKA_USERNAME: '' })).toEqual({});
});

test('TLS uses the certificates that Node trusts, or those of files', () => {
  expect(kafkaSecurity({ ...BROKER, KAFKA_SSL: 'true' })).toEqual({ ssl: {} });
  const files = {
    KAFKA_SSL_CA: file('ca.pem', PEM),
    KAFKA_SSL_CERT: file('cert.pem', `${PEM}client`),
    KAFKA_SSL_KEY: file('key.pem', '-----BEGIN PRIVATE KEY-----\n'),
  };
  expect(kafkaSecurity({ ...BROKER, KAFKA_SSL: 'true', ...files })).toEqual({
    ssl: { ca: PEM, cert: `${PEM}client`, key: '-----BEGIN PRIVATE KEY-----\n' },
  });
});

test('SASL takes a user name and a password', () => {
  expect(kafkaSecurity({ ...BROKER, ...SASL })).toEqual({
    sasl: { mechanism: 'scram-sha-512', username: 'asof', password: 'hush' },
  });
});

test.each([
  [
    'a file that is missing',
    { KAFKA_SSL: 'true', KAFKA_SSL_CA: '/nowhere.pem' },
    /KAFKA_SSL_CA: .*no such file.*\/nowhere/,
  ],
  [
    'a file that is not PEM',
    { KAFKA_SSL: 'true', KAFKA_SSL_CA: file('no.pem', 'der') },
    /KAFKA_SSL_CA: .*not a PEM file/,
  ],
  ['a CA without TLS', { KAFKA_SSL_CA: file('ca.pem', PEM) }, /KAFKA_SSL_CA: goes with KAFKA_SSL=true/],
  [
    'a certificate without its key',
    { KAFKA_SSL: 'true', KAFKA_SSL_CERT: file('c.pem', PEM) },
    /KAFKA_SSL_CERT: goes with KAFKA_SSL_KEY/,
  ],
  ['a value other than true and false', { KAFKA_SSL: 'yes' }, /KAFKA_SSL: .*"true"\|"false"/],
  [
    'tokens without their origin',
    { KAFKA_SASL_MECHANISM: 'oauthbearer' },
    /KAFKA_SASL_MECHANISM: oauthbearer takes its token from KAFKA_OAUTH_TOKEN_COMMAND or KAFKA_OAUTH_TOKEN_FILE; set one/,
  ],
  [
    'tokens of two origins',
    { ...OAUTH, KAFKA_OAUTH_TOKEN_FILE: '/token' },
    /KAFKA_SASL_MECHANISM: oauthbearer takes its token from .*; set one of them/,
  ],
  [
    'a user beside a token',
    { ...SASL, ...OAUTH },
    /KAFKA_SASL_MECHANISM: oauthbearer takes no KAFKA_USERNAME/,
  ],
  [
    'a token for another mechanism',
    { ...SASL, KAFKA_OAUTH_TOKEN_FILE: '/token' },
    /KAFKA_OAUTH_TOKEN_FILE: goes with KAFKA_SASL_MECHANISM=oauthbearer/,
  ],
  [
    'extensions that are none',
    { ...OAUTH, KAFKA_OAUTH_EXTENSIONS: 'logicalCluster' },
    /KAFKA_OAUTH_EXTENSIONS: expected a list such as 'logicalCluster=lkc-1/,
  ],
  [
    'an unknown mechanism',
    { ...SASL, KAFKA_SASL_MECHANISM: 'gssapi' },
    /KAFKA_SASL_MECHANISM: .*"scram-sha-256"/,
  ],
  [
    'a user without a mechanism',
    { ...SASL, KAFKA_SASL_MECHANISM: '' },
    /KAFKA_PASSWORD: goes with KAFKA_SASL_MECHANISM/,
  ],
  [
    'a mechanism without a user',
    { KAFKA_SASL_MECHANISM: 'plain' },
    /KAFKA_SASL_MECHANISM: goes with KAFKA_USERNAME/,
  ],
  ['no broker', { ...SASL, KAFKA_BROKERS: '' }, /KAFKA_SASL_MECHANISM: goes with KAFKA_BROKERS/],
])('%s is refused, with the name of the variable', (_, given, message) => {
  expect(() => kafkaSecurity({ ...BROKER, ...given })).toThrow(message);
});

test('an error never shows the password', () => {
  expect.assertions(1);
  try {
    kafkaSecurity({ ...BROKER, ...SASL, KAFKA_SASL_MECHANISM: 'gssapi' });
  } catch (error) {
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hush');
  }
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
