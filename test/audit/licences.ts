import { z } from 'zod';

/** Licences that let everybody use and pass on a package, also within a product that is not open. */
const FIT = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'CC0-1.0',
    'ISC',
    'MIT',
    'Unlicense',
  ],
  // Data of browsers, which a tool of the tests reads.
  'CC-BY-4.0',
];

/** Packages that name no licence where npm looks for one, with that of their file. */
const READ_BY_HAND: Readonly<Record<string, string>> = { unionfs: 'Unlicense' };

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), license: z.string().optional() }),
  ),
});

/** The packages of a `package-lock.json` whose licence is unknown or not fit. */
export function unfitLicences(lock: unknown): string[] {
  const packages = Object.entries(lockSchema.parse(lock).packages).filter(([path]) => path !== '');
  return packages.flatMap(([path, { version, license }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const given = license ?? READ_BY_HAND[name];
    return given !== undefined && isFit(given) ? [] : [`${name} ${version}: ${given ?? 'no licence'}`];
  });
}

/** Whether an SPDX expression is fit: of licences joined by `OR` one, of those joined by `AND` all. */
function isFit(expression: string): boolean {
  const choices = expression.replace(/^\((.*)\)$/, '$1').split(' OR ');
  return choices.some((choice) => choice.split(' AND ').every((licence) => FIT.includes(licence)));
}
