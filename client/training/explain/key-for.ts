import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { FeatureTableDefinition } from '../../../domain/registry/definition.ts';

/**
 * The values of a table's primary keys, in their order.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if one is missing, or there is another.
 */
export function keyFor(
  { name, primaryKeys }: Pick<FeatureTableDefinition, 'name' | 'primaryKeys'>,
  given: Readonly<Record<string, string>>,
): string[] {
  const names = Object.keys(given);
  if (names.length === primaryKeys.length && primaryKeys.every((key) => names.includes(key)))
    return primaryKeys.map((key) => given[key]!);
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `the key names [${names.join(', ')}], but '${name}' is keyed by [${primaryKeys.join(', ')}]; give each of them once`,
    { details: { names, primaryKeys } },
  );
}
