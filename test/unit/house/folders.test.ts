import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** As many files as one looks over at a glance. */
const MOST_FILES = 20;
/** Folders whose files are all of one uniform kind, and may be as many as there are of it. */
const UNIFORM = ['domain/aggregation', 'db/migrations', 'docs/adr'];
/** Folders of tests that are of no layer: of the documents, the plan of the house, and what all tests share. */
const OF_NO_LAYER = ['docs', 'house', 'support', 'chaos', 'e2e', 'examples'];

test('no folder has more files side by side than one looks over', () => {
  const crowded = foldersBelow('.')
    .filter((folder) => !UNIFORM.includes(folder) && filesIn(folder).length > MOST_FILES)
    .map((folder) => `${folder}: ${filesIn(folder).length}`);
  expect(crowded).toEqual([]);
});

test('the folders of unit and property tests are named as those of the sources', () => {
  const strays = ['test/unit', 'test/property'].flatMap((tests) =>
    foldersBelow(tests)
      .map((folder) => relative(tests, folder))
      .filter((folder) => folder !== '' && !OF_NO_LAYER.includes(folder.split('/')[0]!))
      .filter((folder) => filesIn(join(tests, folder)).some((file) => file.endsWith('.test.ts')))
      .filter((folder) => !existsSync(join(root, folder)))
      .map((folder) => join(tests, folder)),
  );
  expect(strays).toEqual([]);
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

function foldersBelow(folder: string): string[] {
  const inner = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|(node_modules|__pycache__|results)$)/.test(entry.name))
    .flatMap(({ name }) => foldersBelow(join(folder, name)));
  return [folder, ...inner];
}
