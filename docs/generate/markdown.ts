/** The comment at the head of a generated page that says where its text comes from. */
export const notice = (source: string): string =>
  `<!-- Made from ${source} by \`npm run docs\`; change it there. -->`;

export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, columns.map(() => '---'), ...rows].map(markdownRow).join('\n');
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
