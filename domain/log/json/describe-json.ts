import { formatInstant } from '../../time/instant.ts';
import { NumberToken } from './exact-json.ts';

/** A value takes at most this many characters in the text of a rejection. */
const MOST = 80;

/**
 * A short form of a value for the text of a rejection. It omits nested values, because they may be nested
 * deeper than the stack.
 */
export function describeJson(value: unknown): string {
  if (value instanceof NumberToken) return cut(value.text);
  if (typeof value === 'bigint') return formatInstant(value);
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return cut(typeof value === 'number' ? String(value) : JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}
