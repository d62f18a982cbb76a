import { inspect } from 'node:util';
import { AsofError } from '../../domain/errors/asof-error.ts';

/** A line for the person who watches; results alone go to standard output. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The command's result: as text for people, or one line of JSON for machines. */
export function printResult(
  result: object,
  { json, text }: { json?: boolean | undefined; text: string },
): void {
  process.stdout.write(`${json ? JSON.stringify(result) : text}\n`);
}

/** Rows as a table with a heading line, columns padded to their widest value. */
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

/** What is said of an error: its message where it is ours, everything where it is a surprise. */
export function describeError(error: unknown): string {
  if (error instanceof AsofError) return `${error.message}\n(${error.code})`;
  return inspect(error);
}
