import type {
  BatchTableDefinition,
  Definition,
  EventSourceDefinition,
  ReferenceTableDefinition,
} from '../domain/definition.ts';
import { AsofError } from '../domain/errors.ts';
import type { Queryable } from './client.ts';
import { currentDefinitions } from './registry.ts';

/** A batch table with the definitions of what its query reads. */
export interface Batch {
  readonly table: BatchTableDefinition;
  readonly source: EventSourceDefinition;
  readonly references: readonly ReferenceTableDefinition[];
}

/**
 * The registered batch table of that name, and what it reads.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function loadBatch(db: Queryable, name: string): Promise<Batch> {
  const definitions = await currentDefinitions(db);
  const table = findAmong(definitions, 'batch_table', name);
  return {
    table,
    source: findAmong(definitions, 'event_source', table.source),
    references: table.references.map((reference) => findAmong(definitions, 'reference_table', reference)),
  };
}

/**
 * The registered reference table of that name.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN` when no such table was applied.
 */
export async function findReferenceTable(db: Queryable, name: string): Promise<ReferenceTableDefinition> {
  return findAmong(await currentDefinitions(db), 'reference_table', name);
}

type DefinitionOf<Kind extends Definition['kind']> = Extract<Definition, { kind: Kind }>;

function findAmong<Kind extends Definition['kind']>(
  definitions: readonly Definition[],
  kind: Kind,
  name: string,
): DefinitionOf<Kind> {
  const found = definitions.filter((definition) => definition.kind === kind) as DefinitionOf<Kind>[];
  const definition = found.find((candidate) => candidate.name === name);
  if (definition) return definition;
  const known = found.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
  const what = kind.replace('_', ' ');
  throw new AsofError(
    'ASOF_TABLE_UNKNOWN',
    `there is no ${what} '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { kind, name } },
  );
}
