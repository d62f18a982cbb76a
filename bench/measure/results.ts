import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { progress } from '../../cli/shared/output.ts';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** The results of a benchmark: a Markdown table, the figures as JSON, and an SVG plot. */
export interface Results {
  readonly name: string;
  readonly markdown: string;
  readonly figures: object;
  readonly picture: string;
}

/** Writes all three to bench/results/, and the table (with `json` the figures) to standard output. */
export function report({ name, markdown, figures, picture }: Results, json: boolean | undefined): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.md`, `${markdown}\n`);
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(`${folder}/${name}.svg`, picture);
  process.stdout.write(`${json ? JSON.stringify(figures) : markdown}\n`);
  progress(`bench: wrote ${name}.md, .json and .svg to ${folder}`);
}
