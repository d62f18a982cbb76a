import sql from 'sql-template-tag';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type RegisteredDefinition, Registry } from '../../domain/registry/registry.ts';
import { unnest } from '../sql/bulk-insert.ts';
import type { Queryable } from '../sql/client.ts';

/** A version of a definition, with the hash that the registry keeps of what it means. */
type Reference = Omit<RegisteredDefinition, 'definition'> & { readonly kind: string; readonly name: string };

/**
 * The registry with these versions of definitions alone.
 *
 * @throws AsofError `ASOF_DEFINITION_VERSION_GONE` if the registry has lost one of them, or has another in its place.
 */
export async function loadRegistryAt(db: Queryable, references: readonly Reference[]): Promise<Registry> {
  const wanted = [
    { name: 'kind', type: 'text', values: references.map(({ kind }) => kind) },
    { name: 'name', type: 'text', values: references.map(({ name }) => name) },
    { name: 'version', type: 'integer', values: references.map(({ version }) => version) },
  ];
  const { rows } = await db.query<RegisteredDefinition>(sql`
    SELECT definition, version, sha256 FROM asof.definitions JOIN ${unnest(wanted, 'wanted')} USING (kind, name, version)`);
  for (const reference of references) {
    const found = rows.find(
      ({ definition: { kind, name }, version }) =>
        kind === reference.kind && name === reference.name && version === reference.version,
    );
    if (found?.sha256 !== reference.sha256) throw gone(reference);
  }
  return new Registry(rows);
}

function gone({ kind, name, version }: Reference): AsofError {
  return new AsofError(
    'ASOF_DEFINITION_VERSION_GONE',
    `version ${version} of ${kind.replaceAll('_', ' ')} '${name}', which the training set was built from, is not in asof.definitions ` +
      'any more as it was applied; it was changed outside Asof. Restore it from a backup',
    { details: { kind, name, version } },
  );
}
