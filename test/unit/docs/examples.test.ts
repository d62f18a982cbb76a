import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { definitionsFrom } from '../../../client/registry/load-definitions.ts';
import { typeProblems } from '../../support/definitions/type-problems.ts';
import { pages, read, root } from './markdown.ts';
import { wholeExamples } from './whole-examples.ts';

const examplesOf = (page: string): string[] =>
  [...read(page).matchAll(/^```ts\n([^]*?)^```/gm)].map(([, text]) => text!);

/** The examples of pages that are whole modules of definitions. */
const wholes = pages()
  .flatMap(examplesOf)
  .filter((text) => text.includes("from 'asof'") && !/from '\.|from 'asof\/|…/.test(text));

/** The other examples of the page of definitions, each as a whole module. */
const parts = wholeExamples(
  examplesOf('docs/reference/definitions.md').filter((text) => !text.includes("from 'asof'")),
  `${root}test/unit/docs/named-in-examples.ts`,
);
const modules = [...wholes, ...parts];

test('the examples of definitions compile', { timeout: 120_000 }, () => {
  expect(wholes.length).toBeGreaterThan(2);
  expect(parts.length).toBeGreaterThan(20);
  const named = modules.map((text, index): [string, string] => [`test/unit/docs/example-${index}.ts`, text]);
  expect(typeProblems(new Map(named))).toEqual([]);
});

/** The examples of functions, which stand in the last column of their tables. */
const calls = read('docs/reference/definitions.md')
  .split('\n')
  .filter((line) => /^\| `\w+\(/.test(line))
  .flatMap((line) => line.slice(0, -2).split(' | ').at(-1)!.split('<br>'))
  .filter((cell) => /^`\w+\(.*\)`$/.test(cell))
  .map((example) => example.slice(1, -1));

test('the examples of functions compile and run', { timeout: 120_000 }, async () => {
  expect(calls.length).toBeGreaterThan(50);
  const lines = calls.map((call, index) => `export const example${index} = ${call};`);
  const names = new Set(calls.flatMap((call) => call.match(/\b[a-z]\w+(?=\()/gi) ?? []));
  const text = `import { ${[...names].join(', ')} } from 'asof';\n${lines.join('\n')}\n`;
  expect(typeProblems(new Map([['test/unit/docs/example-calls.ts', text]]))).toEqual([]);
  await inModule(text, async (folder) => {
    const made = (await import(join(folder, 'example.ts'))) as object;
    expect(Object.keys(made)).toHaveLength(calls.length);
  });
});

test.each(modules.map((text) => [text.split('\n').find((line) => line.startsWith('export const')), text]))(
  'an example makes definitions that pass their checks: %s',
  async (_what, text) => {
    await inModule(text, async (folder) => {
      expect((await definitionsFrom(folder)).definitions.length).toBeGreaterThan(0);
    });
  },
);

/** Writes a module into a folder of its own, which is removed at the end. */
async function inModule(text: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asof-example-'));
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(
      join(folder, 'example.ts'),
      text.replaceAll("from 'asof'", `from '${root}schemas/index.ts'`),
    );
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
