import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** The option by which a worker of Temporal would load the workflows alone. */
const OPTION = 'workflows' + 'Path';

test('no worker loads the workflows without the check of their arguments', () => {
  const loading = ['workers', 'cli', 'client', 'test', 'bench', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => join(folder, name))
      .filter((path) => readFileSync(join(root, path), 'utf8').includes(OPTION)),
  );
  expect(loading).toEqual(['workers/workflow-code.ts']);
});
