import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleWorkflows } from '../../../workers/workflow-code.ts';

test('workflows that cannot be bundled are one short error, which says what is wrong with which module', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'asof-workflows-'));
  try {
    mkdirSync(join(folder, 'shared'));
    symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'index.ts'), "export { nothing } from './nowhere.ts';");
    for (const name of ['check-arguments', 'payload-converter'])
      writeFileSync(join(folder, 'shared', `${name}.ts`), 'export {};');
    const failure: unknown = await bundleWorkflows(folder).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ASOF_WORKFLOWS_UNREADABLE' });
    const { message } = failure as Error;
    expect(message).toMatch(/index\.ts[\s\S]*Can't resolve '\.\/nowhere\.ts'.*Install asof again/);
    expect(message.split('\n')).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
