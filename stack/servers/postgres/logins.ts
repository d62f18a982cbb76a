import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackSecrets } from '../../secrets.ts';
import { withPasswords } from '../passwords.ts';

/** Whoever connects has a password. */
export const accessRules = `local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`;

const statements = join(import.meta.dirname, 'logins.sql');

/** The statements that make the logins. */
export function loginStatements(secrets: StackSecrets): string {
  return withPasswords(readFileSync(statements, 'utf8'), secrets);
}

/** Identifies the logins. A different fingerprint means other passwords or another version. */
export function loginFingerprint(secrets: StackSecrets): string {
  return createHash('sha256').update(loginStatements(secrets)).digest('hex');
}
