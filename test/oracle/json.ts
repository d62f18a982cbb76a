const MARK = 'a number, in the oracle';
const STRING_OR_NUMBER =
  /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?Infinity/gs;

/**
 * The bytes as JSON, with each number in an object of its digits, so that none is rounded; also Python's NaN
 * and Infinity. Undefined if they are not UTF-8 or not JSON (a byte order mark is not JSON). Each number is
 * wrapped in the text before `JSON.parse` sees it.
 */
export function parseJson(value: Uint8Array | null): unknown {
  if (value === null) return undefined;
  const text = Buffer.from(value).toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(value)) return undefined;
  const wrapped = text.replaceAll(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') ? token : JSON.stringify({ [MARK]: token }),
  );
  try {
    return JSON.parse(wrapped);
  } catch {
    return undefined;
  }
}

/** A number as the JSON text writes it. Undefined if the value is no number. */
export function digitsOf(json: unknown): string | undefined {
  return isMembers(json) && typeof json[MARK] === 'string' ? json[MARK] : undefined;
}

export function isObject(json: unknown): json is Record<string, unknown> {
  return isMembers(json) && digitsOf(json) === undefined;
}

function isMembers(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
