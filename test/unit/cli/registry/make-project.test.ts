import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeProject } from '../../../../cli/registry/make-project.ts';
import { ownOrigin, packageGiven } from '../../../../cli/registry/own-package.ts';
import { definitionsFrom } from '../../../../client/registry/load-definitions.ts';

const root = resolve(import.meta.dirname, '../../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asof-init-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a project has definitions that load, and a manifest with the versions that Asof is tested with', async () => {
  const { files, asof } = makeProject(join(folder, 'My features!'), { version: '1.2.3' });
  expect(files).toEqual(expect.arrayContaining(['.gitignore', '.github/workflows/ci.yml', 'package.json']));
  expect(files.filter((file) => /template|^gitignore/.test(file))).toEqual([]);
  expect(asof).toBe('1.2.3');

  const project = join(folder, 'My features!');
  const manifest = readManifest(project);
  const own = readManifest(root);
  expect(manifest).toMatchObject({
    name: 'my-features-',
    engines: own.engines,
    dependencies: { asof: '1.2.3' },
    devDependencies: {
      '@types/node': own.dependencies['@types/node'],
      tsx: own.dependencies.tsx,
      typescript: own.devDependencies.typescript,
    },
  });
  expect(files.filter((file) => readFileSync(join(project, file), 'utf8').includes('{{'))).toEqual([]);

  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/asof'));
  const { definitions } = await definitionsFrom(join(project, 'definitions'));
  expect(definitions.map(({ name }) => name)).toEqual([
    'shop-orders',
    'customer_activity',
    'customer_history',
    'repeat_order',
  ]);
});

test('a folder that has files is left alone; one with a repository and nothing else is taken', () => {
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  expect(() => makeProject(folder, { version: '1.2.3' })).toThrow(
    expect.objectContaining({
      code: 'ASOF_FOLDER_NOT_EMPTY',
      message: expect.stringContaining('mine.txt') as string,
    }),
  );
  mkdirSync(join(folder, 'new/.git'), { recursive: true });
  expect(makeProject(join(folder, 'new'), { version: '1.2.3' }).files).toContain('package.json');
});

test('a package is named by its path from the project, or as npm takes it', () => {
  const archive = join(folder, 'asof-1.2.3.tgz');
  writeFileSync(archive, '');
  expect(packageGiven(archive)).toEqual({ path: archive });
  expect(packageGiven(`file:${archive}`)).toEqual({ path: archive });
  expect(packageGiven('^1.2.3')).toEqual({ version: '^1.2.3' });
  expect(makeProject(join(folder, 'new'), packageGiven(archive)).asof).toBe('file:../asof-1.2.3.tgz');
  // In the clone it is the clone.
  expect(ownOrigin()).toEqual({ path: root });
});

interface Manifest {
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function readManifest(project: string): Manifest {
  return JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Manifest;
}
