/** A value of a training set. A moment is a bigint: whole microseconds since 1970. */
export type CanonicalValue = string | number | bigint | boolean | null;

/**
 * A row as the text that is hashed: a JSON array in schema order and a line feed. A double is the shortest
 * text that reads back as the same number. −0 is 0. NaN and the infinities, which JSON lacks, are strings. A
 * truth value is `true` or `false`.
 */
export function canonicalRow(values: readonly CanonicalValue[]): string {
  return `[${values.map(canonicalValue).join(',')}]\n`;
}

function canonicalValue(value: CanonicalValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
}
