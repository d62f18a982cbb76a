/** What a file of something else than lines of JSON objects looks like. */
export type FileForm = 'csv' | 'parquet' | 'json_array' | 'utf16';

const UTF8_MARK = Buffer.from('\ufeff');
const PARQUET_MARK = Buffer.from('PAR1');
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
/** A header of a table: names between commas, semicolons or tabs. */
const CSV_HEADER = /^[\p{L}\p{N}_" .-]*(?:[,;\t][\p{L}\p{N}_" .-]*)+\r?$/u;

/** The first line of a file without the byte-order mark that some editors write. */
export function withoutMark(line: Buffer): Buffer {
  return line.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? line.subarray(UTF8_MARK.length) : line;
}

/** What a file looks like whose first line is this. Undefined: nothing is known. */
export function fileForm(firstLine: Buffer): FileForm | undefined {
  if (UTF16_MARKS.some((mark) => firstLine.subarray(0, mark.length).equals(mark))) return 'utf16';
  if (firstLine.subarray(0, PARQUET_MARK.length).equals(PARQUET_MARK)) return 'parquet';
  if (firstLine[0] === 0 || firstLine[1] === 0) return 'utf16';
  const text = firstLine.toString('utf8').trim();
  if (text.startsWith('[')) return 'json_array';
  return CSV_HEADER.test(text) ? 'csv' : undefined;
}
