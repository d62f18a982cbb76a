import { AsofError } from '../../domain/errors/asof-error.ts';

/** A record of a CSV file, and the line that it begins on, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A record longer than this, in characters, counts as a quote that is never closed. */
const MAX_RECORD_LENGTH = 1 << 20;

/**
 * Reads CSV in the format of RFC 4180, piece by piece. Quoted fields may contain commas, line breaks and
 * doubled quotes. Lines end in LF or CRLF, and empty lines are skipped. A quote inside an unquoted field is
 * an ordinary character.
 */
export class CsvParser {
  #rest = '';
  #line = 1;

  /**
   * Takes the next piece of the file.
   *
   * @returns the records that this piece completes.
   * @throws AsofError `ASOF_SPINE_INVALID` for quotes that do not pair.
   */
  push(text: string): CsvRecord[] {
    return this.#read(this.#rest + text, false);
  }

  /**
   * Ends the file.
   *
   * @returns the last record, if the file does not end in a line break.
   * @throws AsofError `ASOF_SPINE_INVALID` for a quote that is never closed.
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
        if (line !== '') records.push({ line: this.#line, fields: line.split(',') });
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
      throw invalid(this.#line, 'a quote is never closed');
    }
    return records;
  }

  /** Reads the record at `start`, field by field. Undefined if the text ends before the record does. */
  #readQuoted(text: string, start: number): { record: CsvRecord; next: number } | undefined {
    const line = this.#line;
    const fields: string[] = [];
    let position = start;
    for (;;) {
      let end: number;
      if (text[position] === '"') {
        const close = closingQuote(text, position);
        if (close === -1) return undefined;
        fields.push(text.slice(position + 1, close).replaceAll('""', '"'));
        end = text[close + 1] === '\r' && text[close + 2] === '\n' ? close + 2 : close + 1;
      } else {
        end = endOfField(text, position);
        if (end === -1) return undefined;
        const isBeforeCrLf = text[end] === '\n' && text[end - 1] === '\r' && end > position;
        fields.push(text.slice(position, isBeforeCrLf ? end - 1 : end));
      }
      if (end + 1 > text.length || (text[end] === '\r' && end + 1 === text.length)) return undefined;
      if (text[end] === '\n') {
        this.#line += countLineFeeds(text, start, end + 1);
        return { record: { line, fields }, next: end + 1 };
      }
      if (text[end] !== ',')
        throw invalid(line, `there is text after the closing quote of field ${fields.length}`);
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

function endOfField(text: string, start: number): number {
  const comma = text.indexOf(',', start);
  const lineFeed = text.indexOf('\n', start);
  return comma === -1 || (lineFeed !== -1 && lineFeed < comma) ? lineFeed : comma;
}

function countLineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function invalid(line: number, problem: string): AsofError {
  return new AsofError('ASOF_SPINE_INVALID', `the spine is not a CSV file: line ${line}: ${problem}`, {
    details: { line },
  });
}
