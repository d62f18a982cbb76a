import { readLines } from '../../adapters/files/lines.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** A row as given, and the name of its origin in an error: `line 7`. */
export interface GivenRow {
  readonly origin: string;
  readonly row: unknown;
}

/**
 * Reads a file with one JSON object per line. Skips blank lines; `-` is standard input.
 *
 * @throws AsofError `ASOF_FILE_UNREADABLE`; `ASOF_ROWS_INVALID` if a line is not JSON.
 */
export async function readRows(path: string): Promise<GivenRow[]> {
  const rows: GivenRow[] = [];
  let number = 0;
  for await (const line of readLines(path)) {
    number += 1;
    const text = line.toString('utf8');
    if (text.trim() !== '') rows.push({ origin: `line ${number}`, row: parseLine(path, number, text) });
  }
  return rows;
}

function parseLine(path: string, number: number, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AsofError(
      'ASOF_ROWS_INVALID',
      `line ${number} of '${path}' is not JSON: ${(cause as SyntaxError).message}. Expected one object a line; no row was written`,
      { details: { file: path, line: number }, cause },
    );
  }
}
