/** A table in Markdown. Columns of numbers are aligned to the right. */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const right = (column: number) => rows.every((row) => /^[-\d.]/.test(String(row[column])));
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = heading.map((_, column) => (column > 0 && right(column) ? '---:' : '---'));
  return [line(heading), line(rule), ...rows.map(line)].join('\n');
}

export const count = (value: number): string => Math.round(value).toLocaleString('en-US');
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
