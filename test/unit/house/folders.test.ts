import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The most files that a folder may hold. */
const MOST_FILES = 20;
/** Folders without a limit, because all of their files are of one uniform kind. */
const UNIFORM = ['domain/aggregation', 'db/migrations', 'docs/adr'];
/**
 * Folders of tests that belong to no layer, such as those of the documentation and of the repository's plan.
 */
const OF_NO_LAYER = ['docs', 'house', 'support', 'audit', 'chaos', 'e2e', 'examples'];

test(`no folder has more than ${MOST_FILES} files side by side`, () => {
  const crowded = foldersBelow('.')
    .filter((folder) => !UNIFORM.includes(folder) && filesIn(folder).length > MOST_FILES)
    .map((folder) => `${folder}: ${filesIn(folder).length}`);
  expect(crowded).toEqual([]);
});

test('the folders of unit and property tests mirror those of the sources', () => {
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
