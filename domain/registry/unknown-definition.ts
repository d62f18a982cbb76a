import { AsofError } from '../errors/asof-error.ts';
import { quoted } from '../errors/quoted.ts';
import { definitionKinds } from './definition-kinds.ts';

const named = {
  ...definitionKinds,
  feature_table: { title: 'feature table', unknownCode: 'ASOF_TABLE_UNKNOWN' },
  table: { title: 'table', unknownCode: 'ASOF_TABLE_UNKNOWN' },
  written_table: { title: 'reference table or external table', unknownCode: 'ASOF_TABLE_UNKNOWN' },
} as const;

/** The error for a name, or a version of it, that is not among the `known` definitions. */
export function unknownDefinition(
  kind: keyof typeof named,
  name: string,
  known: Iterable<string>,
  version?: number,
): AsofError {
  const { title, unknownCode } = named[kind];
  const what = `${title} ${quoted(name)}${version === undefined ? '' : ` of version ${version}`}`;
  const names = [...new Set(known)].sort().map((other) => `'${other}'`);
  return new AsofError(
    unknownCode,
    `there is no ${what}; known: ${names.join(', ') || 'none'}. Check the name, or run: npx asof apply`,
    { details: { kind, name, version } },
  );
}
