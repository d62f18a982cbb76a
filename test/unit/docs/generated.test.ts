import { expect, test } from 'vitest';
import { pages } from '../../../docs/generate/pages.ts';
import { read } from './markdown.ts';

test.each(pages)('$path is what the code generates', ({ path, text }) => {
  expect(read(path), `${path} differs from the code that it is made from; run: npm run docs`).toBe(text());
});
