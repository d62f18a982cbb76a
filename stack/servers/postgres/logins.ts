import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StackSecrets, secretNames } from '../../secrets.ts';

/** Whoever connects has a password. */
export const accessRules = `local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

const statements = join(import.meta.dirname, 'logins.sql');

/** The statements that make the logins. A password of a stack needs no escapes in SQL. */
export function loginStatements(secrets: StackSecrets): string {
  return secretNames.reduce(
    (text, name) => text.replaceAll(`:'${name}'`, `'${secrets[name]}'`),
    readFileSync(statements, 'utf8'),
  );
}

/** Identifies the logins. A different fingerprint means other passwords or another version. */
export function loginFingerprint(secrets: StackSecrets): string {
  return createHash('sha256').update(loginStatements(secrets)).digest('hex');
}
