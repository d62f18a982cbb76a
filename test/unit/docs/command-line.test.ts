import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { expect, test } from 'vitest';
import { demoCommand } from '../../../examples/churn/demo/command.ts';
import { demoCommand as fraudDemoCommand } from '../../../examples/fraud/demo/command.ts';
import { read, root } from './markdown.ts';

const page = read('docs/reference/command-line.md');

test('every command and option is in the reference, in the section of its command', async () => {
  const missing: string[] = [];
  for (const command of await commands()) missing.push(...missingOf(command, [command.name()]));
  expect(missing).toEqual([]);
});

test.each([
  ['demo', demoCommand],
  ['demo:fraud', fraudDemoCommand],
])('every option of npm run %s is in its section', (script, command) => {
  const section = page.split(/^## /m).find((text) => text.startsWith(`\`npm run ${script}\``))!;
  const options = command().options.map(({ flags }) => flags);
  expect(options.filter((flags) => !section.includes(`\`${flags}\``))).toEqual([]);
});

/** Each module of `cli/` exports the function that makes its command; only `main.ts` runs a command. */
async function commands(): Promise<CommandUnknownOpts[]> {
  const modules = readdirSync(join(root, 'cli'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'main.ts')
    .sort();
  const makers: (() => CommandUnknownOpts)[] = [];
  for (const path of modules) {
    const exported = (await import(join(root, 'cli', path))) as Record<string, () => CommandUnknownOpts>;
    for (const [name, value] of Object.entries(exported)) if (name.endsWith('Command')) makers.push(value);
  }
  expect(makers.length).toBeGreaterThan(8);
  return makers.map((make) => make());
}

function missingOf(command: CommandUnknownOpts, path: readonly string[]): string[] {
  const name = path.join(' ');
  if (command.commands.length > 0) {
    return command.commands.flatMap((child) => missingOf(child, [...path, child.name()]));
  }
  const text = textAbout(name);
  if (text === undefined) return [`asof ${name}`];
  return command.options
    .filter(({ flags }) => !text.includes(`\`${flags}\``))
    .map(({ flags }) => `asof ${name} ${flags}`);
}

/** The section of the command, or its row in the table of its parent command. */
function textAbout(name: string): string | undefined {
  const section = page.split(/^## /m).find((text) => new RegExp(`^\`asof ${name}[ \`]`).test(text));
  return section ?? page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
}
