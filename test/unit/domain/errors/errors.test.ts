import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERRORS, ERROR_SECTIONS } from '../../../../domain/errors/errors.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const APART = new Set(['node_modules', 'test', 'docs', '.git']);

test('no code is in two sections, and every section is in the table', () => {
  const codes = Object.values(ERROR_SECTIONS).flatMap((section) => Object.keys(section));
  expect(codes.sort()).toEqual(Object.keys(ERRORS).sort());
});

test('every code of the table is in use, and every code in use is in the table', () => {
  const inUse = [...codesOfTypeScript(), ...codesOfPython()];
  expect(unique(inUse)).toEqual(Object.keys(ERRORS).sort());
});

test('the section of the Python worker has exactly the codes of its sources', () => {
  expect(codesOfPython()).toEqual(Object.keys(ERROR_SECTIONS.python).sort());
});

test('errors that the Python worker does not retry are of kind input', () => {
  expect(read('training/problem.py')).toContain('non_retryable=True');
  expect(new Set(Object.values(ERROR_SECTIONS.python).map(({ kind }) => kind))).toEqual(new Set(['input']));
});

/** The quoted names outside the table that are not environment variables. */
function codesOfTypeScript(): string[] {
  const firstCells = read('docs/reference/command-line.md').match(/^\| [^|]+/gm)!;
  const variables = new Set(namesIn(firstCells.join('\n'), /`(ASOF_[A-Z_]+)`/g));
  const paths = folders()
    .flatMap((folder) => filesOf(folder))
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('domain/errors/'));
  return paths
    .flatMap((path) => namesIn(read(path), /'(ASOF_[A-Z_]+)'/g))
    .filter((name) => !variables.has(name));
}

function codesOfPython(): string[] {
  const paths = filesOf('training').filter((path) => path.endsWith('.py'));
  return unique(paths.flatMap((path) => namesIn(read(path), /"(ASOF_[A-Z_]+)"/g)));
}

function folders(): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !APART.has(entry.name))
    .map(({ name }) => name);
}

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
    join(folder, path),
  );
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name!);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
