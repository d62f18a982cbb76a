import { expect, test } from 'vitest';
import { pages, read } from './markdown.ts';

/** Prose is wrapped at so many characters; tables, code and lines that a link makes long are not. */
const WIDTH = 100;

test.each(pages())('the prose of %s is wrapped', (page) => {
  const long = prose(read(page)).filter((line) => line.length > WIDTH && !isOneLink(line));
  expect(long).toEqual([]);
});

function prose(text: string): string[] {
  let isCode = false;
  return text.split('\n').filter((line) => {
    if (line.trimStart().startsWith('```')) isCode = !isCode;
    return !isCode && !/^\s*(```|\||!\[|<!--)/.test(line);
  });
}

/** Whether a line cannot be wrapped, as it holds a link, a heading or a span of code that is long by itself. */
function isOneLink(line: string): boolean {
  const longest = Math.max(...line.split(/ (?![^[]*\])(?![^`]*`[^`]*$)/).map((part) => part.length));
  return line.startsWith('#') || longest > WIDTH / 2;
}
