import sql from 'sql-template-tag';
import type { DefinitionKind, DefinitionOf } from '../../domain/registry/definition.ts';
import { unknownDefinition } from '../../domain/registry/unknown-definition.ts';
import type { Queryable } from '../sql/client.ts';

/**
 * A definition in one of its versions.
 *
 * @throws AsofError the code of an unknown definition of the kind, such as `ASOF_TABLE_UNKNOWN`, when there
 * is no such name or version.
 */
export async function readVersion<Kind extends DefinitionKind>(
  db: Queryable,
  kind: Kind,
  name: string,
  version: number,
): Promise<DefinitionOf<Kind>> {
  const all = await readVersions(db, kind);
  const found = all.find((one) => one.definition.name === name && one.version === version);
  if (found) return found.definition;
  const known = all.map(({ definition }) => definition.name);
  throw unknownDefinition(kind, name, known, version);
}

/** All versions of all definitions of a kind, by name and version. */
export async function readVersions<Kind extends DefinitionKind>(
  db: Queryable,
  kind: Kind,
): Promise<{ readonly definition: DefinitionOf<Kind>; readonly version: number }[]> {
  const { rows } = await db.query<{ definition: DefinitionOf<Kind>; version: number }>(sql`
    SELECT definition, version FROM asof.definitions WHERE kind = ${kind} ORDER BY name, version`);
  return rows;
}
