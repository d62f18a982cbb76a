import { TableFault } from './table-fault.ts';

/** A record of a CSV file, and the line that it begins on, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
  /** The indexes of the fields that are an empty text in quotes. Omitted: there is none. */
  readonly quotedEmpty?: readonly number[];
}

/** What stands between the fields of a line. */
export type Separator = ',' | ';' | '\t';

/** A record longer than this, in characters, counts as a quote that is never closed. */
const MAX_RECORD_LENGTH = 1 << 20;

/**
 * Reads CSV in the format of RFC 4180, piece by piece. Quoted fields may contain separators, line breaks and
 * doubled quotes. Lines end in LF or CRLF, and empty lines are skipped. A quote inside an unquoted field is
 * an ordinary character.
 */
export class CsvParser {
  readonly #separator: Separator;
  #rest = '';
  #line = 1;

  constructor(separator: Separator = ',') {
    this.#separator = separator;
  }

  /**
   * Takes the next piece of the file.
   *
   * @returns the records that this piece completes.
   * @throws TableFault for quotes that do not pair.
   */
  push(text: string): CsvRecord[] {
    return this.#read(this.#rest + text, false);
  }

  /**
   * Ends the file.
   *
   * @returns the last record, if the file does not end in a line break.
   * @throws TableFault for a quote that is never closed.
   */
  end(): CsvRecord[] {
    return this.#read(this.#rest === '' ? '' : `${this.#rest}\n`, true);
  }

  #read(text: string, isLast: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let position = 0;
    let quote = text.indexOf('"');
    for (;;) {
      const end = text.indexOf('\n', position);
      if (end === -1) break;
      if (quote !== -1 && quote < position) quote = text.indexOf('"', position);
      if (quote === -1 || quote > end) {
        const line = text.slice(position, text[end - 1] === '\r' && end > position ? end - 1 : end);
        if (line !== '') records.push({ line: this.#line, fields: line.split(this.#separator) });
        this.#line += 1;
        position = end + 1;
        continue;
      }
      const quoted = this.#readQuoted(text, position);
      if (quoted === undefined) break;
      records.push(quoted.record);
      position = quoted.next;
    }
    this.#rest = text.slice(position);
    if (this.#rest.length > (isLast ? 0 : MAX_RECORD_LENGTH)) {
      throw new TableFault('a quote is never closed', this.#line);
    }
    return records;
  }

  /** Reads the record at `start`, field by field. Undefined if the text ends before the record does. */
  #readQuoted(text: string, start: number): { record: CsvRecord; next: number } | undefined {
    const line = this.#line;
    const fields: string[] = [];
    const quotedEmpty: number[] = [];
    let position = start;
    for (;;) {
      let end: number;
      if (text[position] === '"') {
        const close = closingQuote(text, position);
        if (close === -1) return undefined;
        if (close === position + 1) quotedEmpty.push(fields.length);
        fields.push(text.slice(position + 1, close).replaceAll('""', '"'));
        end = text[close + 1] === '\r' && text[close + 2] === '\n' ? close + 2 : close + 1;
      } else {
        end = endOfField(text, position, this.#separator);
        if (end === -1) return undefined;
        const isBeforeCrLf = text[end] === '\n' && text[end - 1] === '\r' && end > position;
        fields.push(text.slice(position, isBeforeCrLf ? end - 1 : end));
      }
      if (end + 1 > text.length || (text[end] === '\r' && end + 1 === text.length)) return undefined;
      if (text[end] === '\n') {
        this.#line += countLineFeeds(text, start, end + 1);
        const record = quotedEmpty.length === 0 ? { line, fields } : { line, fields, quotedEmpty };
        return { record, next: end + 1 };
      }
      if (text[end] !== this.#separator)
        throw new TableFault(
          `there is text after the closing quote of field ${fields.length}; a quote inside a text is doubled, not escaped`,
          line,
        );
      position = end + 1;
    }
  }
}

/** The index of the quote that closes a field; -1 if more text is needed to find it. */
function closingQuote(text: string, open: number): number {
  let position = open + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote === -1 || quote === text.length - 1) return -1;
    if (text[quote + 1] !== '"') return quote;
    position = quote + 2;
  }
}

function endOfField(text: string, start: number, separator: Separator): number {
  const next = text.indexOf(separator, start);
  const lineFeed = text.indexOf('\n', start);
  return next === -1 || (lineFeed !== -1 && lineFeed < next) ? lineFeed : next;
}

function countLineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
