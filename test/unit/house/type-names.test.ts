import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('two exported types never share a name', () => {
  const files = new Map<string, string[]>();
  for (const path of sources()) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, name] of text.matchAll(/^export (?:abstract )?(?:class|interface|type) (\w+)/gm)) {
      files.set(name!, [...(files.get(name!) ?? []), path]);
    }
  }
  const shared = [...files].filter(([, paths]) => paths.length > 1);
  expect(Object.fromEntries(shared)).toEqual({});
});

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every module of the repository. */
function sources(folder = '.'): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\.|node_modules$)/.test(entry.name) ? [] : sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
