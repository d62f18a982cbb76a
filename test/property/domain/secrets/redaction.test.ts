import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { ERRORS } from '../../../../domain/errors/errors.ts';
import { REDACTED, Redaction } from '../../../../domain/secrets/redaction.ts';
import { secretsOf } from '../../../../domain/secrets/secrets-of.ts';
import { forAll } from '../../support/for-all.ts';

/** Secrets as a generator of passwords makes them, and hostile ones. */
const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{12,40}$/),
  fc.stringMatching(/^[!-~]{12,40}$/),
  fc.string({ unit: 'grapheme', minLength: 12, maxLength: 40 }).filter((text) => text.trim().length >= 12),
  fc.constantFrom('p@ss:w/rd?#%41&=+', '\\\\back\\slash"quote\'', "$1$&$`$'{}()[]*+?.^|", 'ünïcödé-pässwörd'),
);
const texts = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\n', '/', '@', ':', '%', 'é') });

/** The ways in which a secret gets into a text. */
const writings: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  json: (secret) => JSON.stringify({ secret }),
  'json in json': (secret) => JSON.stringify({ body: JSON.stringify({ secret }) }),
  inspected: (secret) => inspect({ secret }, { breakLength: Infinity }),
  'component of a URL': (secret) => encodeURIComponent(secret),
  'lower-case percents': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (percent) => percent.toLowerCase()),
  'password of a URL': (secret) => new URL(withPassword(secret)).href,
  'query of a URL': (secret) =>
    `/path?${new URLSearchParams({ q: `${secret}` }).toString().replaceAll('+', '%20')}`,
  'basic login': (secret) => `Basic ${base64(`asof:${secret}`)}`,
  'longer user': (secret) => `Basic ${base64(`asof1:${secret}`)}`,
  'payload of Temporal': (secret) => base64(JSON.stringify({ databaseUrl: withPassword(secret) })),
  'base64 for URLs': (secret) => Buffer.from(`as:${secret}`).toString('base64url'),
};

test.each(Object.entries(writings))('a known secret is found as %s', (_name, write) => {
  forAll(fc.tuple(secrets, texts, texts), ([secret, before, after]) => {
    const written = write(secret);
    const redaction = new Redaction(secretsOf({ DATABASE_URL: withPassword(secret) }));
    const redacted = redaction.text(`${before} ${written} ${after}`);
    expect(redacted).toContain(REDACTED);
    for (const part of partsOf(written, secret)) expect(redacted).not.toContain(part);
  });
});

test('a text without a secret stays as it is, and a value without one is returned itself', () => {
  forAll(fc.tuple(secrets, fc.jsonValue()), ([secret, value]) => {
    const redaction = new Redaction([secret]);
    if (JSON.stringify(value).includes(secret)) return;
    expect(redaction.of(value)).toBe(value);
    expect(redaction.text(JSON.stringify(value))).toBe(JSON.stringify(value));
  });
});

test('no part of an error keeps a secret, and the error stays one of its class', () => {
  forAll(fc.tuple(secrets, fc.jsonValue()), ([secret, value]) => {
    const redaction = new Redaction([secret]);
    const details = { at: [secret, { [secret]: secret }], value };
    const cause = Object.assign(new TypeError(`of ${secret}`), { input: secret, args: ['auth', secret] });
    const error = new AsofError('ASOF_REDIS_UNAVAILABLE', `no ${secret}`, { details, cause });
    const redacted = redaction.of(error);
    expect(redacted).toBeInstanceOf(AsofError);
    expect(redacted).toMatchObject({ code: error.code, kind: error.kind, message: `no ${REDACTED}` });
    expect(redacted.cause).toBeInstanceOf(TypeError);
    expect(redacted.cause).toMatchObject({ input: REDACTED, args: ['auth', REDACTED] });
    expect(redacted.stack).toContain(`no ${REDACTED}`);
    expect(JSON.stringify([redacted.details, redacted.stack])).not.toContain(
      JSON.stringify(secret).slice(1, -1),
    );
    expect(error.message).toContain(secret);
  });
});

test('the password of a URL, whether known or not, is hidden, and the rest stays', () => {
  const users = fc.stringMatching(/^[a-z0-9_]{0,10}$/);
  forAll(fc.tuple(users, secrets), ([user, secret]) => {
    const password = encodeURIComponent(secret);
    const text = `cannot connect to postgres://${user}:${password}@db.example:5432/asof (refused)`;
    const hidden = `cannot connect to postgres://${user}:${REDACTED}@db.example:5432/asof (refused)`;
    expect(new Redaction().text(text)).toBe(hidden);
    expect(new Redaction(secretsOf({ DATABASE_URL: text.slice(18, -10) })).text(text)).toBe(hidden);
  });
});

test('whatever way a setting holds a secret, it is known', () => {
  forAll(secrets, (secret) => {
    const encoded = encodeURIComponent(secret);
    for (const setting of [
      { DATABASE_URL: `postgres://asof:${encoded}@db.example/asof` },
      { DATABASE_URL: `postgres://asof@db.example/asof?password=${encoded}` },
      { REDIS_URL: `redis://:${encoded}@cache.example:6379/3` },
      { KAFKA_PASSWORD: secret },
      { MLFLOW_TRACKING_TOKEN: secret },
      { SOMEBODYS_API_KEY: secret },
      { kafka: { sasl: { mechanism: 'plain', username: 'asof', password: secret } } },
    ])
      expect(new Redaction(secretsOf(setting)).text(`it is '${secret}'!`)).toBe(`it is '${REDACTED}'!`);
  });
});

/** Names as people give them to users, hosts and databases, and often enough use as passwords too. */
const names = fc.stringMatching(/^[a-z][a-z0-9]{2,7}([-_][a-z0-9]{1,6}){0,2}$/);
const secretVariables = fc.constantFrom(
  'PGPASSWORD',
  'KAFKA_PASSWORD',
  'MLFLOW_TRACKING_TOKEN',
  'MY_API_KEY',
);

test('what people use as a password takes no names of servers and no words out of ordinary output', () => {
  const messages = Object.values(ERRORS).map(({ means }) => means);
  const words = fc.constantFrom(
    ...new Set([...messages.join(' ').split(/[^A-Za-z]+/), 'postgres', 'password', 'authentication']),
  );
  forAll(
    fc.tuple(names, names, names, words, secretVariables, fc.nat(3), fc.boolean()),
    ([user, host, database, word, variable, which, isProgram]) => {
      const password = [user, host, database, word][which]!;
      const at = (login: string): string => `postgres://${login}@${host}.example:5432/${database}`;
      const output = [
        ...[`DATABASE_URL=${at(`${user}:***`)}`, `KAFKA_BROKERS=${host}:9092`, 'postgres, a database'],
        ...[`password authentication failed for user "${user}" at ${host}`, ...messages],
      ].join('\n');
      const kafka = { brokers: `${host}:9092`, sasl: { username: user, password } };
      const settings = isProgram
        ? { databaseUrl: at(`${user}:${password}`), kafka }
        : { DATABASE_URL: at(`${user}:${password}`), KAFKA_BROKERS: `${host}:9092`, [variable]: password };
      expect(new Redaction(secretsOf(settings)).text(output)).toBe(output);
      expect(new Redaction(secretsOf(settings)).text(at(`${user}:${password}`))).toBe(at(`${user}:***`));
    },
  );
});

test('a secret stays one, wherever else the environment has it', () => {
  forAll(fc.tuple(secrets, secretVariables), ([secret, variable]) => {
    const encoded = encodeURIComponent(secret);
    const settings = {
      [variable]: secret,
      DATABASE_URL: withPassword(secret),
      REDIS_URL: `redis://cache.example?password=${encoded}`,
      DSN: `host=db.example password=${secret}`,
      REPOSITORY: `https://${encoded}:x-oauth-basic@git.example/team`,
      HOOK: `https://hooks.example/${encoded}`,
      username: 'asof',
    };
    expect(new Redaction(secretsOf(settings)).text(`it is '${secret}'!`)).toBe(`it is '${REDACTED}'!`);
  });
});

function withPassword(secret: string): string {
  return `postgres://asof:${encodeURIComponent(secret)}@db.example/asof`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What a redacted text must not have: the secret, or what stands in the middle of one that is encoded. */
function partsOf(written: string, secret: string): string[] {
  const middle = Math.floor(written.length / 2);
  return [secret, ...(written.includes(secret) ? [] : [written.slice(middle - 4, middle + 4)])];
}
