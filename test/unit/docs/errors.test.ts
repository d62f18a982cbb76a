import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { read, root } from './markdown.ts';

const APART = new Set(['node_modules', 'test', 'docs', 'examples', '.git']);

test('every error code of the code is in the reference, and no other', () => {
  expect(documentedIn('docs/reference/errors.md')).toEqual(codesOfTheCode());
});

/** Names in the first column of a page's tables. */
function documentedIn(page: string): string[] {
  const firstCells = [...read(page).matchAll(/^\| ([^|]+) \|/gm)].map(([, cell]) => cell!);
  return unique(
    firstCells.flatMap((cell) => [...cell.matchAll(/`(ASOF_[A-Z_]+)`/g)].map(([, name]) => name!)),
  );
}

/** Quoted names that are no environment variables. */
function codesOfTheCode(): string[] {
  const variables = documentedIn('docs/reference/command-line.md');
  const quoted = sources().flatMap((path) =>
    [...read(path).matchAll(/'(ASOF_[A-Z_]+)'/g)].map(([, name]) => name!),
  );
  return unique(quoted).filter((name) => !variables.includes(name));
}

function sources(): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !APART.has(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((path) => join(name, path)),
    )
    .filter((path) => path.endsWith('.ts') || path.endsWith('.mjs'));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
