/**
 * A double as JSON: as the shortest number that reads back as the same one. Those that JSON lacks are the words
 * that Python writes, `NaN` and `Infinity`. A whole number beyond ±2^53 has an exponent: a double has not all its
 * digits, so that no text takes it for an id. The reader of fields decides what takes either.
 */
export function doubleJson(value: number): string {
  return isRounded(value) ? value.toExponential() : String(value);
}

/** Whether a double is no number, or a whole one of which it may lack digits: it names nothing. */
export function isNoName(value: number): boolean {
  return !Number.isFinite(value) || isRounded(value);
}

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}
