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

/** What to do about a file of another form where a command takes `--format`, after what it looks like. */
export const FORM_ADVICE: Readonly<Record<FileForm, string>> = {
  csv: 'this looks like CSV; read it with --format csv',
  parquet: 'this looks like Parquet; read it with --format parquet',
  json_array: "this looks like a JSON array; expected one JSON object a line, as jq -c '.[]' writes them",
  utf16: 'this looks like UTF-16; expected UTF-8, as iconv -f UTF-16 -t UTF-8 writes it',
};

/** Whether the line holds only spaces, tabs and carriage returns. */
export function isBlank(line: Buffer): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
