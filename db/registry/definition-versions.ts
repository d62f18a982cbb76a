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

/** A version of a definition, which may be removed. */
interface KnownVersion<Kind extends DefinitionKind> {
  readonly definition: DefinitionOf<Kind>;
  readonly version: number;
  readonly isRemoved: boolean;
}

/** All versions of all definitions of a kind, by name and version. */
export async function readVersions<Kind extends DefinitionKind>(
  db: Queryable,
  kind: Kind,
): Promise<KnownVersion<Kind>[]> {
  const { rows } = await db.query<KnownVersion<Kind>>(sql`
    SELECT definition, version, removed_at IS NOT NULL AS "isRemoved" FROM asof.definitions WHERE kind = ${kind} ORDER BY name, version`);
  return rows;
}
