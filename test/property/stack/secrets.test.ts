import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import { type StackSecrets, makeSecrets, readSecrets, secretNames } from '../../../stack/secrets.ts';
import { asAdministrator, asAsof, withoutLogin } from '../../../stack/servers/login.ts';
import { loginStatements } from '../../../stack/servers/postgres/logins.ts';
import { forAll } from '../support/for-all.ts';

let folder: string;

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'asof-secrets-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const special = fc.string({ unit: fc.constantFrom(...'\'"\\$@:/#?%&=; \t\n\0{}`a0-_ä€'.split('')) });
const fit = fc.stringMatching(/^[A-Za-z0-9_-]{16,128}$/);
const passwords = fc.oneof(
  fit,
  fc.string({ unit: 'grapheme' }),
  special,
  fc.tuple(fit, special).map(([start, end]) => start + end),
);
const written = fc.oneof(fc.tuple(passwords, passwords, passwords), fc.tuple(fit, fit, fit)).map(named);

test('whatever stands in the file is refused, or is the same password in every place', () => {
  const path = join(folder, 'written.env');
  let refused = 0;
  let read = 0;
  forAll(written, (secrets) => {
    writeFileSync(path, lines(secrets), { mode: 0o600 });
    try {
      const found = readSecrets(path)!;
      expect(Object.values(found).every((secret) => lines(secrets).includes(secret))).toBe(true);
      expectSameEverywhere(found);
      read += 1;
    } catch (error) {
      if (!(error instanceof AsofError)) throw error;
      expect(error.code).toBe('ASOF_STACK_SECRETS_UNFIT');
      refused += 1;
    }
  });
  expect(Math.min(refused, read)).toBeGreaterThan(0);
});

test('passwords that are made are fit', () => {
  forAll(fc.nat(), (which) => {
    const path = join(folder, `made-${which}.env`);
    rmSync(path, { force: true });
    expectSameEverywhere(makeSecrets(path));
  });
});

function expectSameEverywhere(secrets: StackSecrets): void {
  const postgres = new URL(asAsof('timescaledb', 'postgres://127.0.0.1:1/asof', secrets));
  const redis = new URL(asAsof('redis', 'redis://127.0.0.1:2', secrets));
  const administrator = new URL(asAdministrator('postgres://127.0.0.1:1/asof', secrets));
  expect([administrator.password, postgres.password, redis.password]).toEqual(
    secretNames.map((name) => secrets[name]),
  );
  expect([postgres.host, postgres.pathname, redis.host]).toEqual(['127.0.0.1:1', '/asof', '127.0.0.1:2']);
  expect(withoutLogin(postgres.href)).toBe('postgres://127.0.0.1:1/asof');
  const literals = [...loginStatements(secrets).matchAll(/password '(.*)'/g)].map(([, literal]) => literal);
  expect(literals).toEqual([secrets.ASOF_POSTGRES_ADMINISTRATOR_PASSWORD, secrets.ASOF_POSTGRES_PASSWORD]);
}

function named([administrator, asof, redis]: readonly [string, string, string]): StackSecrets {
  return {
    ASOF_POSTGRES_ADMINISTRATOR_PASSWORD: administrator,
    ASOF_POSTGRES_PASSWORD: asof,
    ASOF_REDIS_PASSWORD: redis,
  };
}

function lines(secrets: StackSecrets): string {
  return secretNames.map((name) => `${name}=${secrets[name]}\n`).join('');
}
