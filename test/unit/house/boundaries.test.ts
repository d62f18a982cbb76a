import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * A module, a module that it imports, and the rule that refuses the import; no rule if the import is allowed.
 */
const planted: readonly (readonly [importer: string, imported: string, rule?: string])[] = [
  ['domain/windows/a.ts', 'db/sql/z.ts', 'layer-domain'],
  ['db/online/a.ts', 'activities/online/z.ts', 'layer-db'],
  ['serving/routes/a.ts', 'activities/online/z.ts', 'layer-serving'],
  ['db/batch/a.ts', 'db/training/z.ts', 'room-db-batch'],
  ['db/sql/a.ts', 'db/log/z.ts', 'room-db-sql'],
  ['domain/log/a.ts', 'domain/windows/z.ts', 'room-domain-log'],
  ['client/stream/a.ts', 'client/training/z.ts', 'room-client-stream'],
  ['db/odds/a.ts', 'db/sql/z.ts', 'unknown-room-of-db'],
  ['db/a.ts', 'db/sql/z.ts', 'unknown-room-of-db'],
  ['client/batch/a.ts', 'kafkajs', 'driver-kafkajs'],
  ['adapters/kafka/a.ts', 'pg', 'driver-pg'],
  ['db/log/a.ts', 'ioredis', 'driver-ioredis'],
  ['domain/time/a.ts', 'node:timers', 'domain-is-pure'],
  ['workflows/batch/a.ts', 'activities/batch/z.ts', 'workflows-are-deterministic'],
  ['workflows/stream/a.ts', 'zod', 'workflows-are-deterministic'],
  ['workflows/online/a.ts', 'node:fs', 'workflows-are-deterministic'],
  ['workflows/training/a.ts', 'db/sql/z.ts', 'layer-workflows'],
  ['examples/churn/definitions/a.ts', 'db/sql/z.ts', 'examples-are-users'],
  ['examples/churn/demo/a.ts', 'db/sql/z.ts', 'demos-are-programs'],
  ['cli/batch/a.ts', 'examples/churn/definitions/z.ts', 'nothing-knows-the-examples'],
  ['cli/batch/b.ts', 'db/sql/z.ts', 'layer-cli'],
  ['db/commits/a.ts', 'db/commits/b.ts', 'no-circular'],
  ['db/commits/b.ts', 'db/commits/a.ts'], // the circle is reported once
  ['db/retention/a.ts', 'db/retention/z.ts'],
  ['db/retention/b.ts', 'db/sql/z.ts'],
  ['db/retention/c.ts', 'domain/time/z.ts'],
  ['adapters/redis/a.ts', 'ioredis'],
];

test('the boundary check refuses imports that go sideways or up, and no others', () => {
  const broken = brokenRules(planted.map(([importer, imported]) => [importer, imported]));
  for (const [importer, imported, rule] of planted) {
    const found = broken.filter(({ from }) => from === importer).map(({ name }) => name);
    if (rule === undefined) expect(found, `${importer} imports ${imported}`).toEqual([]);
    else expect(found, `${importer} imports ${imported}`).toContain(rule);
  }
});

const root = fileURLToPath(new URL('../../..', import.meta.url));

interface BrokenRule {
  readonly from: string;
  readonly name: string;
}

/** The rules that `npm run boundaries` reports as broken in a tree with these imports only. */
function brokenRules(imports: readonly (readonly [string, string])[]): BrokenRule[] {
  const tree = mkdtempSync(join(tmpdir(), 'asof-boundaries-'));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  try {
    write('tsconfig.json', '{}');
    for (const [, imported] of imports) {
      if (imported.endsWith('.ts')) write(imported, 'export const it = 1;\n');
      else if (!imported.startsWith('node:')) write(`node_modules/${imported}/index.js`, '');
    }
    for (const [importer, imported] of imports) write(importer, importOf(importer, imported));
    const args = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', '.'];
    const output = execFileSync(join(root, 'node_modules/.bin/depcruise'), args, { cwd: tree });
    const { summary } = JSON.parse(output.toString()) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    return summary.violations.map(({ from, rule: { name } }) => ({ from, name }));
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function importOf(importer: string, imported: string): string {
  const up = '../'.repeat(importer.split('/').length - 1);
  const from = imported.endsWith('.ts') ? `${up}${imported}` : imported;
  return `import * as other from '${from}';\nexport const it = other;\n`;
}
