import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Definition } from '../../domain/registry/definition.ts';
import type { Queryable } from '../sql/client.ts';

/**
 * A registered definition: the version that is named, or the current one.
 *
 * @throws AsofError `ASOF_DEFINITION_UNKNOWN` when there is none of that kind, name and version.
 */
export async function readDefinition<D extends { readonly kind: string; readonly name: string }>(
  db: Queryable,
  { kind, name, version }: { kind: D['kind']; name: string; version?: number },
): Promise<D> {
  const { rows } = await db.query<{ name: string; version: number; definition: D }>(sql`
    SELECT name, version, definition FROM asof.definitions WHERE kind = ${kind} ORDER BY name, version DESC`);
  const found = rows.find((row) => row.name === name && (version === undefined || row.version === version));
  if (found) return found.definition;
  const what = `${kind.replace('_', ' ')} '${name}'${version === undefined ? '' : ` of version ${version}`}`;
  const known = [...new Set(rows.map((row) => `'${row.name}'`))].join(', ') || 'none';
  throw new AsofError(
    'ASOF_DEFINITION_UNKNOWN',
    `there is no ${what}; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { kind, name, version } },
  );
}

/** Every version of every registered definition of a kind. */
export async function allVersions<Kind extends Definition['kind']>(
  db: Queryable,
  kind: Kind,
): Promise<Extract<Definition, { kind: Kind }>[]> {
  const { rows } = await db.query<{ definition: Extract<Definition, { kind: Kind }> }>(sql`
    SELECT definition FROM asof.definitions WHERE kind = ${kind} ORDER BY name, version`);
  return rows.map(({ definition }) => definition);
}
