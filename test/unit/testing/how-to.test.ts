import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const PROJECT = join(root, 'templates/project');

test(
  'the tests of the how-to, and of the project that asof init makes, pass',
  { timeout: 120_000 },
  async () => {
    // In the clone, whose name its modules resolve.
    const folder = mkdtempSync(join(root, '.how-to-'));
    try {
      cpSync(join(PROJECT, 'definitions'), join(folder, 'definitions'), { recursive: true });
      for (const name of readdirSync(join(PROJECT, 'test')))
        cpSync(join(PROJECT, 'test', name), join(folder, name));
      const page = readFileSync(join(root, 'docs/how-to/develop/test-your-features.md'), 'utf8');
      const examples = [...page.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, text]) => text!);
      expect(examples).toHaveLength(3);
      writeFileSync(join(folder, 'how-to.test.ts'), examples.join('\n'));
      const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--test', '--test-reporter=tap', ...files],
        { cwd: folder },
      ).catch((error: unknown) => error as { stdout: string });
      expect(stdout).toMatch(/^# pass 5\n# fail 0$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
