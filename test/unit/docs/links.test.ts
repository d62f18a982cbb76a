import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anchors, pages, read, relativeLinks, root } from './markdown.ts';

test.each(pages())('every link of %s has a target', (page) => {
  expect(relativeLinks(read(page)).filter((link) => !hasTarget(page, link))).toEqual([]);
});

test('a link without a target is found', () => {
  expect(hasTarget('docs/tutorial.md', 'how-to/nowhere.md')).toBe(false);
  expect(hasTarget('docs/tutorial.md', 'concepts/words.md#no-such-heading')).toBe(false);
  expect(hasTarget('docs/tutorial.md', 'concepts/words.md#words')).toBe(true);
});

function hasTarget(page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchors(read(target)).has(anchor);
}
