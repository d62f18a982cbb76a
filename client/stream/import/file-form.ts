import { isParquet, isUtf16 } from '../../../adapters/files/first-bytes.ts';

/** What a file of something else than lines of JSON objects looks like. */
export type FileForm = 'csv' | 'parquet' | 'json_array' | 'utf16';

/** A header of a table: names between commas, semicolons or tabs. */
const CSV_HEADER = /^[\p{L}\p{N}_" .-]*(?:[,;\t][\p{L}\p{N}_" .-]*)+\r?$/u;

/** What a file looks like whose first line is this. Undefined: nothing is known. */
export function fileForm(firstLine: Buffer): FileForm | undefined {
  if (isParquet(firstLine)) return 'parquet';
  if (isUtf16(firstLine)) return 'utf16';
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
