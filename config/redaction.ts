import { readFileSync } from 'node:fs';
import { Redaction } from '../domain/secrets/redaction.ts';
import { secretsOf } from '../domain/secrets/secrets-of.ts';
import { stackLayout } from '../stack/layout.ts';
import { writtenSecrets } from '../stack/secrets.ts';

/**
 * The redaction of all that leaves this process: of the secrets in its environment, in the file of the stack's
 * passwords, and in the settings that a program gives. It always comes about, because errors are printed
 * through it: what cannot be read is in no text either, and whoever uses the file reports it.
 */
export function redaction(given: object = {}): Redaction {
  const { KAFKA_SSL_KEY: keyPath, ...environment } = process.env;
  const key = keyPath && ifReadable(() => readFileSync(keyPath, 'utf8'));
  const stack = ifReadable(() => writtenSecrets(stackLayout().secrets));
  return new Redaction(secretsOf({ environment, stack, key, given }));
}

function ifReadable<Content>(read: () => Content): Content | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
