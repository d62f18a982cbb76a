import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { DefinitionName } from '../../../domain/lineage/dependents.ts';
import { definitionKinds } from '../../../domain/registry/definition-kinds.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { type DefinitionKind, FEATURE_TABLE_KINDS } from '../../../domain/registry/definition.ts';
import { unknownDefinition } from '../../../domain/registry/unknown-definition.ts';

/** What to remove: a definition by its kind and name, or a table of any kind by its name. */
export type RemovalSubject = DefinitionName | { readonly kind: 'table'; readonly name: string };

const TABLE_KINDS = [...FEATURE_TABLE_KINDS, 'reference_table'] as const;

/**
 * The definition that is meant.
 *
 * @returns undefined if there is none.
 * @throws AsofError `ASOF_INPUT_INVALID` if a feature table and a reference table have the name.
 */
export function namedDefinition(
  registered: DefinitionSet,
  { kind, name }: RemovalSubject,
): DefinitionName | undefined {
  const kinds = kind === 'table' ? TABLE_KINDS : [kind];
  const found = kinds.flatMap((one) => (registered.find(one, name) ? [{ kind: one, name }] : []));
  if (found.length < 2) return found[0];
  const options = found.map((one) => one.kind.replaceAll('_', '-')).join(' or ');
  throw new AsofError('ASOF_INPUT_INVALID', `two tables have the name '${name}'; say which: ${options}`, {
    details: { name, kinds: found.map((one) => one.kind) },
  });
}

/** The error for a name that is not registered. */
export function unknownSubject(registered: DefinitionSet, { kind, name }: RemovalSubject): AsofError {
  if (kind !== 'table')
    return unknownDefinition(
      kind,
      name,
      registered.definitions.filter((one) => one.kind === kind).map((one) => one.name),
    );
  const tables = registered.ofKind(...TABLE_KINDS);
  return unknownDefinition(
    'table',
    name,
    tables.map((table) => table.name),
  );
}

/** The kinds as `asof remove` names them. */
const REMOVED_AS: { readonly [Kind in DefinitionKind]: string } = {
  event_source: 'source',
  reference_table: 'table',
  stream_table: 'table',
  batch_table: 'table',
  external_table: 'table',
  online_table: 'online-table',
  training_set: 'training-set',
  model: 'model',
  endpoint: 'endpoint',
};

/** The command that removes a definition. */
export function removalOf({ kind, name }: DefinitionName): string {
  return `npx asof remove ${REMOVED_AS[kind]} ${name}`;
}

/** A definition in words: `stream table 'orders'`. */
export function titleOf({ kind, name }: DefinitionName): string {
  return `${definitionKinds[kind].title} '${name}'`;
}
