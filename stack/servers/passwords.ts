import { type StackSecrets, secretNames } from '../secrets.ts';

/**
 * A text with the passwords of the stack in place of their names: `${ASOF_REDIS_PASSWORD}`. They mean nothing in
 * SQL and in the configuration of a server, so they need no escapes.
 */
export function withPasswords(text: string, secrets: StackSecrets): string {
  return secretNames.reduce((filled, name) => filled.replaceAll(`\${${name}}`, secrets[name]), text);
}
