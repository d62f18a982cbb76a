const UTF8_MARK = Buffer.from('\ufeff');
const PARQUET_MARK = Buffer.from('PAR1');
const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/** How many bytes tell what a file is. */
export const TELLING_BYTES = 4;

/** The first line of a file without the byte-order mark that some editors write. */
export function withoutMark(line: Buffer): Buffer {
  return beginsWith(line, UTF8_MARK) ? line.subarray(UTF8_MARK.length) : line;
}

export function isParquet(beginning: Uint8Array): boolean {
  return beginsWith(beginning, PARQUET_MARK);
}

/** Whether the file is UTF-16: it begins with a mark, or with a character of ASCII in two bytes. */
export function isUtf16(beginning: Uint8Array): boolean {
  return UTF16_MARKS.some((mark) => beginsWith(beginning, mark)) || beginning[0] === 0 || beginning[1] === 0;
}

/** Whether a line holds only spaces, tabs and carriage returns. */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function beginsWith(bytes: Uint8Array, mark: Buffer): boolean {
  return mark.equals(bytes.subarray(0, mark.length));
}
