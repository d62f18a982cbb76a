import { readFileSync } from 'node:fs';
import { Redaction } from '../domain/secrets/redaction.ts';
import { secretsOf } from '../domain/secrets/secrets-of.ts';
import { stackEnvironment } from '../stack/index.ts';

/**
 * The redaction of all that leaves this process: of the secrets in its environment, in the addresses of the
 * running stack, and in the settings that a program gives.
 */
export function redaction(given: object = {}): Redaction {
  const { KAFKA_SSL_KEY: keyPath, ...environment } = process.env;
  return new Redaction(secretsOf({ ...stackEnvironment(), environment, given, key: textOf(keyPath) }));
}

/** The text of a file; none if it cannot be read, which whoever uses the file reports. */
function textOf(path: string | undefined): string {
  try {
    return path ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
