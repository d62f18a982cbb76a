import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { progress } from '../../cli/shared/output.ts';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** What a benchmark gives: a table for people, figures for machines, and a picture. */
export interface Results {
  readonly name: string;
  readonly markdown: string;
  readonly figures: object;
  readonly picture: string;
}

/** The table, or with `json` the figures, go to standard output; files of all three go to bench/results/. */
export function report({ name, markdown, figures, picture }: Results, json: boolean | undefined): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.md`, `${markdown}\n`);
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(`${folder}/${name}.svg`, picture);
  process.stdout.write(`${json ? JSON.stringify(figures) : markdown}\n`);
  progress(`bench: wrote ${name}.md, .json and .svg to ${folder}`);
}
