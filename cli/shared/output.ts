import { inspect } from 'node:util';
import { redaction } from '../../config/redaction.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** Prints a line to standard error, without secrets. Standard output carries only the command's result. */
export function progress(line: string): void {
  process.stderr.write(`${redaction().text(line)}\n`);
}

/**
 * Prints the command's result to standard output, without secrets: `text`, or the result as one line of JSON if
 * `json`.
 */
export function printResult(
  result: object,
  { json, text }: { json?: boolean | undefined; text: string },
): void {
  const hidden = redaction();
  printSettings(hidden.of(result), { json, text: hidden.text(text) });
}

/** Prints settings as they are, with their secrets, for a program that is to connect with them. */
export function printSettings(
  settings: object,
  { json, text }: { json?: boolean | undefined; text: string },
): void {
  process.stdout.write(`${json ? JSON.stringify(settings) : text}\n`);
}

/** Formats rows as a table with a heading line; each column is as wide as its widest value. */
export function table<Row extends object>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): string {
  const cells = [
    columns as readonly string[],
    ...rows.map((row) => columns.map((column) => String(row[column] ?? ''))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The text of an error: message and code of an `AsofError`, or all details of an unexpected error. */
export function describeError(error: unknown): string {
  if (error instanceof AsofError) return `${error.message}\n(${error.code})`;
  return inspect(error);
}
