import { truthOfWord } from '../files/truth-words.ts';
import { isStorable } from '../log/fields/read-value.ts';
import type { RequestFieldType } from '../registry/definition.ts';
import type { Instant } from '../time/instant.ts';
import { parseIsoTime } from '../time/iso-time.ts';

/** A value of a request field. */
export type RequestValue = string | number | boolean | Instant | null;

/** What the values of a type are, for messages. */
export const REQUEST_FIELD_WORDS: Record<RequestFieldType, string> = {
  string: 'a text without NUL characters and halves of surrogate pairs',
  double: 'a finite number',
  integer: 'a whole number within ±9007199254740991',
  boolean: 'true or false',
  timestamp: 'a time such as 2026-03-01T00:00:00Z',
};

/**
 * Reads a request field from the JSON of a request. An empty text is null, as in a spine, whose files do not tell one
 * from the other. Undefined: the value does not fit the type.
 */
export function requestValueOfJson(type: RequestFieldType, json: unknown): RequestValue | undefined {
  if (json === null || json === undefined || (type === 'string' && json === '')) return null;
  switch (type) {
    case 'string':
      return typeof json === 'string' && isStorable(json) ? json : undefined;
    case 'double':
      return Number.isFinite(json) ? (json as number) + 0 : undefined;
    case 'integer':
      return Number.isSafeInteger(json) ? (json as number) + 0 : undefined;
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined;
    case 'timestamp':
      return typeof json === 'string' ? parseIsoTime(json) : undefined;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a request field from the text of a spine's column. An empty text is null. */
export function requestValueOfText(type: RequestFieldType, text: string): RequestValue | undefined {
  if (text === '') return null;
  if (type === 'boolean') return truthOfWord(text);
  const isNumber = type === 'double' || type === 'integer';
  if (isNumber && !NUMBER.test(text)) return undefined;
  return requestValueOfJson(type, isNumber ? Number(text) : text);
}
