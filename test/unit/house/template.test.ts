import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
}

test('the project that asof init makes has the TypeScript with which Asof is checked', () => {
  const { devDependencies } = manifest('package.json');
  const project = manifest('templates/project/package.template.json').devDependencies;
  expect(project.typescript).toBe(devDependencies.typescript);
});

function manifest(path: string): Manifest {
  const file = new URL(`../../../${path}`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}
