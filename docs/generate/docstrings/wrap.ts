const WIDTH = 100;

/** Wraps the paragraphs and list items of Markdown. Tables, headings and code stay unchanged. */
export function wrapped(part: string): string {
  if (/^(#|```|\|)/.test(part)) return part;
  return part
    .split('\n\n')
    .map((paragraph) =>
      paragraph
        .split(/\n(?=- )/)
        .map((item) => wrap(item.replaceAll(/\s*\n\s*/g, ' '), item.startsWith('- ') ? '  ' : ''))
        .join('\n'),
    )
    .join('\n\n');
}

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  // Code spans must stay on one line.
  for (const word of text.match(/(`[^`]*`|[^\s`])+/g) ?? []) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
