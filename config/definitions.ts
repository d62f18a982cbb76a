import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AsofError } from '../domain/errors/asof-error.ts';

const checkout = dirname(fileURLToPath(new URL('.', import.meta.url)));
const example = fileURLToPath(new URL('../examples/churn/definitions', import.meta.url));

/**
 * The folder of definitions of the project in `folder`: `ASOF_DEFINITIONS`, otherwise its folder
 * `definitions`; in Asof's own checkout the example.
 *
 * @throws AsofError `ASOF_DEFINITIONS_MISSING` if there is none.
 */
export function definitionsFolder(folder = process.cwd()): string {
  if (process.env.ASOF_DEFINITIONS) return process.env.ASOF_DEFINITIONS;
  if (existsSync(`${folder}/definitions`)) return 'definitions';
  const isCheckout = !relative(checkout, folder).startsWith('..');
  if (isCheckout) return relative(folder, example);
  throw new AsofError(
    'ASOF_DEFINITIONS_MISSING',
    `'${folder}' has no folder 'definitions'; name the folder of your definitions with --definitions DIR, or with ASOF_DEFINITIONS`,
    { details: { folder } },
  );
}
