import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptCode } from '../../../workers/kept-code.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asof-kept-code-'));
  mkdirSync(join(folder, 'sources/deep'), { recursive: true });
  writeFileSync(join(folder, 'sources/deep/a.ts'), 'a');
  writeFileSync(join(folder, 'lock.json'), '1');
});
afterEach(() => rmSync(folder, { recursive: true }));

let made = 0;
const kept = (cache = 'kept') =>
  keptCode(join(folder, cache), [join(folder, 'sources'), join(folder, 'lock.json')], () =>
    Promise.resolve(`code ${++made}`),
  );

test('code is made once for the same sources, and again for any that differ', async () => {
  const first = await kept();
  expect(await kept()).toBe(first);
  const changes = [
    () => writeFileSync(join(folder, 'sources/deep/a.ts'), 'b'),
    () => writeFileSync(join(folder, 'sources/b.ts'), ''),
    () => rmSync(join(folder, 'sources/deep/a.ts')),
    () => writeFileSync(join(folder, 'lock.json'), '2'),
  ];
  const seen = new Set([first]);
  for (const change of changes) {
    change();
    seen.add(await kept());
  }
  expect(seen.size).toBe(1 + changes.length);
  expect(readdirSync(join(folder, 'kept'))).toHaveLength(seen.size);
});

test('without a place to keep it, code is made each time', async () => {
  expect(await kept('lock.json/none')).not.toBe(await kept('lock.json/none'));
});
