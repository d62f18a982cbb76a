import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { GivenSpineRow } from './spine-source.ts';

/** How much text to gather before it is passed on, in characters. */
const PIECE = 1 << 16;

/**
 * Writes rows as CSV with a heading, piece by piece.
 *
 * @throws AsofError `ASOF_SPINE_INVALID` for a row that has other columns than the first, or a value that is no
 * text, number, truth value or time.
 */
export async function* rowsCsv(
  rows: Iterable<GivenSpineRow> | AsyncIterable<GivenSpineRow>,
): AsyncGenerator<Buffer, void, undefined> {
  let names: readonly string[] | undefined;
  let text = '';
  let number = 0;
  for await (const row of rows) {
    number += 1;
    if (!names) {
      names = Object.keys(row);
      text += line(names);
    }
    requireColumns(row, names, number);
    text += line(names.map((name) => valueText(row[name], name, number)));
    if (text.length < PIECE) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (!names) throw invalid('there is no row');
  yield Buffer.from(text);
}

/** A text that reads like something else in CSV stands in quotes; so does a line that would be empty. */
function line(fields: readonly string[]): string {
  const written = fields.map((text) =>
    /[",;\t\r\n\ufeff]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
  );
  return `${written.length === 1 && written[0] === '' ? '""' : written.join(',')}\n`;
}

function requireColumns(row: GivenSpineRow, names: readonly string[], number: number): void {
  const other = Object.keys(row).find((name) => !names.includes(name));
  if (other !== undefined)
    throw invalid(`row ${number} has a column '${other}', which the first row lacks; give all rows the same`);
}

function valueText(value: GivenSpineRow[string], name: string, number: number): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  const isText = ['string', 'bigint', 'boolean'].includes(typeof value);
  if (isText || Number.isFinite(value)) return String(value);
  throw invalid(
    `row ${number}: the value of '${name}' is no text, finite number, truth value or time, but ${kindOf(value)}`,
  );
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return 'an invalid Date';
  return Array.isArray(value)
    ? 'a list'
    : typeof value === 'number'
      ? String(value)
      : `of type ${typeof value}`;
}

function invalid(problem: string): AsofError {
  return new AsofError('ASOF_SPINE_INVALID', `the spine is not valid: ${problem}. Nothing was built`);
}
