import sql, { type Sql } from 'sql-template-tag';
import type { Definition, DefinitionKind } from '../../domain/registry/definition.ts';
import { relationName } from '../../domain/registry/relation-name.ts';
import { readMade } from '../registry/made.ts';
import type { Queryable } from '../sql/client.ts';

/** A definition by its name. */
export type OwningDefinition = Pick<Definition, 'kind' | 'name'>;

/** The schemas in which the definitions of a kind have relations. */
const SCHEMAS: { readonly [Kind in DefinitionKind]: readonly string[] } = {
  event_source: ['events'],
  stream_table: ['features', 'history', 'tiles'],
  batch_table: ['features', 'history', 'tiles'],
  external_table: ['features', 'history'],
  reference_table: ['reference'],
  online_table: [],
  training_set: [],
  model: [],
  endpoint: [],
};

/** The relations that Asof made for a definition, in all of its versions, as `schema.name`. */
export async function relationsMadeFor(db: Queryable, { kind, name }: OwningDefinition): Promise<string[]> {
  const own = kind === 'event_source' ? relationName({ name }) : name;
  return (await readMade(db))
    .filter((thing) => thing.kind === 'relation')
    .map((thing) => thing.name)
    .filter((made) => {
      const [schema, relation] = made.split('.') as [string, string];
      return SCHEMAS[kind].includes(schema) && withoutVersion(relation) === own;
    });
}

/** A condition on a column that names a feature table, in any of its versions. */
export function isOfTable(column: Sql, table: string): Sql {
  return sql`regexp_replace(${column}, '@[0-9]+$', '') = ${table}`;
}

/** What belongs to a version of a table that is not the first has the version behind its name: `orders@3`. */
function withoutVersion(name: string): string {
  return name.replace(/@\d+$/, '');
}
