import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { AsofError } from '../domain/errors/asof-error.ts';
import { writePrivateFile } from './private-files.ts';

export const secretNames = [
  'ASOF_POSTGRES_ADMINISTRATOR_PASSWORD',
  'ASOF_POSTGRES_PASSWORD',
  'ASOF_REDIS_PASSWORD',
] as const;

/** The passwords of a stack's servers, by the names of the variables that give them to Docker Compose. */
export type StackSecrets = Readonly<Record<(typeof secretNames)[number], string>>;

const RANDOM_BYTES = 24;
const ROOT = 0;

/** Characters that mean nothing in a URL, in SQL, in a shell and in the configuration of a server. */
const Secrets = z.record(z.enum(secretNames), z.string().regex(/^[A-Za-z0-9_-]{16,128}$/));

/**
 * Reads the passwords of a stack.
 *
 * @returns undefined if the stack has none yet.
 * @throws AsofError `ASOF_STACK_SECRETS_UNFIT`.
 */
export function readSecrets(path: string): StackSecrets | undefined {
  if (!existsSync(path)) return undefined;
  requirePrivate(path);
  const secrets = Secrets.safeParse(writtenSecrets(path));
  if (secrets.success) return secrets.data;
  const wrong = new Set(secrets.error.issues.map((issue) => issue.path.join('.')));
  throw unfit(
    `${path} has no fit value of ${[...wrong].join(', ')}; expected lines NAME=value, ` +
      'each value of 16 to 128 letters, digits, dashes and underscores. Correct it, or remove the file: ' +
      '`asof stack up` then makes new passwords',
  );
}

/** What stands in the file of the passwords, fit or not, for whoever has to know what is secret. */
export function writtenSecrets(path: string): Partial<StackSecrets> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const given = new Map(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
  return Object.fromEntries(secretNames.map((name) => [name, given.get(name)]));
}

/** Reads the passwords of a stack, and makes them at its first start. Throws like {@link readSecrets}. */
export function makeSecrets(path: string): StackSecrets {
  const found = readSecrets(path);
  if (found) return found;
  const secrets = Object.fromEntries(
    secretNames.map((name) => [name, randomBytes(RANDOM_BYTES).toString('base64url')]),
  ) as StackSecrets;
  writePrivateFile(path, secretNames.map((name) => `${name}=${secrets[name]}\n`).join(''));
  return secrets;
}

function requirePrivate(path: string): void {
  const { uid, mode } = statSync(path);
  const user = process.geteuid?.();
  // Root can be trusted with every file, and may work in the folder of another user.
  if (user !== undefined && user !== ROOT && uid !== user) {
    throw unfit(
      `${path} belongs to the user ${uid}, and this is the user ${user}. ` +
        'Name another stack with ASOF_STACK, or another folder with ASOF_CACHE',
    );
  }
  if ((mode & 0o077) === 0) return;
  throw unfit(
    `${path} has the mode ${(mode & 0o777).toString(8)}, so others may know its passwords; expected 600. ` +
      'Remove the file, and `asof stack up` makes new passwords',
  );
}

function unfit(message: string): AsofError {
  return new AsofError('ASOF_STACK_SECRETS_UNFIT', message);
}
