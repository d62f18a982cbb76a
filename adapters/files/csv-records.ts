import { CsvParser, type CsvRecord, type Separator } from './csv-parser.ts';
import { TableFault } from './table-fault.ts';

const SEPARATORS: readonly Separator[] = [',', ';', '\t'];
/** A heading longer than this, in characters, is none. */
const LONGEST_HEADING = 1 << 20;

/**
 * Reads the records of a CSV file in UTF-8, in groups; the first record of the first group is the heading. A
 * byte-order mark is left out. The separator is the one, of comma, semicolon and tab, by which the heading has
 * most of the wanted columns; a comma, if none has any.
 *
 * @param wanted the names of columns to look for in the heading.
 * @throws TableFault for text that is no CSV; whatever reading the bytes throws.
 */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  wanted: readonly string[],
): AsyncGenerator<CsvRecord[], void, undefined> {
  let parser: CsvParser | undefined;
  let beginning = '';
  for await (const text of decoded(bytes)) {
    if (parser) {
      yield parser.push(text);
      continue;
    }
    beginning += text;
    const separator = separatorOf(beginning, wanted);
    if (separator === undefined && beginning.length <= LONGEST_HEADING) continue;
    parser = new CsvParser(separator);
    yield parser.push(beginning);
  }
  if (!parser) {
    parser = new CsvParser(separatorOf(`${beginning}\n`, wanted));
    yield parser.push(beginning);
  }
  yield parser.end();
}

/** The heading of a CSV file without quotes, which is its first line. Undefined: the file begins with another. */
export function plainHeading(
  line: string,
  wanted: readonly string[],
): { readonly separator: Separator; readonly names: readonly string[] } | undefined {
  const separator = line === '' ? undefined : separatorOf(`${line}\n`, wanted);
  return separator && { separator, names: line.split(separator) };
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const part of bytes) yield decoder.decode(part, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new TableFault('it is not UTF-8 text; convert it first');
    throw error;
  }
}

/** The separator by which the heading has most of the wanted columns. Undefined: the text ends before it does. */
function separatorOf(text: string, wanted: readonly string[]): Separator | undefined {
  let best: { separator: Separator; found: number } | undefined;
  for (const separator of SEPARATORS) {
    const heading = headingOf(text, separator);
    if (!heading) continue;
    const found = wanted.filter((name) => heading.includes(name)).length;
    if (best === undefined || found > best.found) best = { separator, found };
  }
  return best?.separator;
}

/** The first record. Undefined if there is none, or the separator makes none of it. */
function headingOf(text: string, separator: Separator): readonly string[] | undefined {
  try {
    const heading = text.slice(0, text.indexOf('\n', endOfBlankLines(text)) + 1);
    return (
      new CsvParser(separator).push(heading)[0]?.fields ?? new CsvParser(separator).push(text)[0]?.fields
    );
  } catch (error) {
    if (error instanceof TableFault) return undefined;
    throw error;
  }
}

function endOfBlankLines(text: string): number {
  return /^[\r\n]*/.exec(text)![0].length;
}
