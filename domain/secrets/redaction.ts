import { spellingsOf } from './spellings.ts';

/** What stands where a secret stood. */
export const REDACTED = '***';

/** Shorter texts stand in too many words to be found by their value. A password in a URL is found anyhow. */
const LEAST_LENGTH = 8;

/** What stands where an object stands within itself. */
const CIRCULAR = '(circular)';

/** `scheme://user:password@`: the password reaches to the last `@` before the host. */
const PASSWORD_IN_URL = /(:\/\/[^\s/?#:@'"`<>\\]*):([^\s/?#"`<>]+)@/g;

/**
 * Takes secrets out of whatever leaves Asof: texts of errors and logs, and JSON. It knows the secrets of its
 * settings by their values, and any password in a URL by its place.
 */
export class Redaction {
  readonly #known: RegExp | undefined;

  constructor(secrets: Iterable<string> = []) {
    const searched = [...new Set(secrets)].filter((secret) => secret.length >= LEAST_LENGTH);
    // The longest first, so that no secret is found within another one, of which the rest would remain.
    searched.sort((one, other) => other.length - one.length);
    if (searched.length > 0) this.#known = new RegExp(searched.map(spellingsOf).join('|'), 'gu');
  }

  /** The text without secrets. */
  text(text: string): string {
    const rest = this.#known ? text.replace(this.#known, REDACTED) : text;
    return rest.replace(PASSWORD_IN_URL, `$1:${REDACTED}@`);
  }

  /**
   * A value of JSON or an error, with its causes, without secrets in its texts and keys. What has none is
   * returned itself. An error stays one of its class.
   */
  of<Value>(value: Value): Value {
    return this.#of(value, new Map()) as Value;
  }

  #of(value: unknown, seen: Map<object, unknown>): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (!isOpen(value)) return value;
    if (seen.has(value)) return seen.get(value);
    seen.set(value, CIRCULAR);
    const copy = this.#copy(value, seen);
    seen.set(value, copy);
    return copy;
  }

  /** The object itself, unless one of its members has a secret. */
  #copy(object: object, seen: Map<object, unknown>): object {
    let isChanged = false;
    const members = Object.getOwnPropertyNames(object).map((key) => {
      const name = this.text(key);
      const given: unknown = object[key as keyof typeof object];
      const value = this.#of(given, seen);
      isChanged ||= name !== key || value !== given;
      const { enumerable = false } = Object.getOwnPropertyDescriptor(object, key)!;
      return [name, { value, enumerable, writable: true, configurable: true }] as const;
    });
    if (!isChanged) return object;
    if (Array.isArray(object)) return members.slice(0, object.length).map(([, { value }]) => value);
    return Object.create(
      Object.getPrototypeOf(object) as object | null,
      Object.fromEntries(members),
    ) as object;
  }
}

/** Whether an object shows its members: a list, a record or an error. */
function isOpen(value: object): boolean {
  if (Array.isArray(value) || value instanceof Error) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
