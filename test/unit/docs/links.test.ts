import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, pages, read, relativeLinks, root } from './markdown.ts';

test.each(pages())('every link of %s leads somewhere', (page) => {
  expect(relativeLinks(read(page)).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
});

test('a link that leads nowhere is told apart', () => {
  expect(leadsSomewhere('docs/tutorial.md', 'how-to/nowhere.md')).toBe(false);
  expect(leadsSomewhere('docs/tutorial.md', 'concepts/words.md#no-such-heading')).toBe(false);
  expect(leadsSomewhere('docs/tutorial.md', 'concepts/words.md#words')).toBe(true);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchors(read(target)).has(anchor);
}
