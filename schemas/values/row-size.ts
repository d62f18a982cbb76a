import type { FeatureType, FieldType } from '../../domain/registry/definition.ts';

/** The most bytes that Postgres stores of a row: what a page of 8 KiB holds. */
const MOST_BYTES = 8_160;
const HEADER_BYTES = 23;
const ALIGNMENT = 8;
/** A number, a time or a truth value, with the bytes that align it. */
const FIXED_BYTES = 8;
/** A text, a decimal or a list that is longer is stored outside the row, and takes 18 bytes in it. */
const TEXT_BYTES = 24;

/**
 * Why Postgres could refuse a row of a relation: with the widest value in every column, the row does not fit
 * into a page. Undefined if every row fits.
 *
 * @param columns the types of the columns that the definition names.
 * @param own the columns that Asof adds. Each counts as a text.
 */
export function rowSizeProblem(
  columns: readonly (FieldType | FeatureType)[],
  own: readonly string[],
): string | undefined {
  const texts = columns.filter(
    (type) => type === 'string' || type === 'decimal' || type.endsWith('[]'),
  ).length;
  const most = widestRow(columns.length - texts, texts + own.length);
  if (most <= MOST_BYTES) return undefined;
  return `a row with its ${columns.length} columns can take ${most} bytes, and Postgres stores at most ${MOST_BYTES} in a row: ${FIXED_BYTES} for each number, ${TEXT_BYTES} for each text, decimal or list; divide the columns among several definitions`;
}

/** The bytes of a row of so many fixed columns and texts. Its header has one bit for each column. */
function widestRow(fixed: number, texts: number): number {
  const header = HEADER_BYTES + Math.ceil((fixed + texts) / 8);
  return Math.ceil(header / ALIGNMENT) * ALIGNMENT + fixed * FIXED_BYTES + texts * TEXT_BYTES;
}
