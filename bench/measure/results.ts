import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { progress } from '../../cli/shared/output.ts';

const folder = fileURLToPath(new URL('../results', import.meta.url));

/** The results of a benchmark: a Markdown table, the figures as JSON, and perhaps an SVG plot. */
export interface Results {
  readonly name: string;
  readonly markdown: string;
  readonly figures: object;
  readonly picture?: string;
}

/** Writes them to bench/results/, and the table (with `json` the figures) to standard output. */
export function report({ name, markdown, figures, picture }: Results, json: boolean | undefined): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.md`, `${markdown}\n`);
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(figures, null, 2)}\n`);
  if (picture !== undefined) writeFileSync(`${folder}/${name}.svg`, picture);
  process.stdout.write(`${json ? JSON.stringify(figures) : markdown}\n`);
  progress(`bench: wrote ${name} to ${folder}`);
}
