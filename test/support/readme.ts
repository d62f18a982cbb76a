import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/**
 * The arguments of the README's `npx asof …` command that contains `text`, without shell quotes.
 *
 * @throws Error if the README has no such command.
 */
export function readmeCommand(text: string): string[] {
  const line = readme
    .split('\n')
    .find((candidate) => candidate.startsWith('npx asof ') && candidate.includes(text));
  if (!line) throw new Error(`the README has no command with '${text}'`);
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!).slice(2);
}
