import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Definition } from '../../domain/registry/definition.ts';
import { meaningOf } from '../../domain/registry/described.ts';
import { type RegisteredDefinition, Registry } from '../../domain/registry/registry.ts';
import type { Client, Queryable } from '../sql/client.ts';
import { isMissingTable } from '../sql/missing-table.ts';

/**
 * The SHA-256 of the JSON of what a definition means, in hexadecimal. The definition language writes keys in one fixed
 * order.
 */
export function definitionHash(definition: Definition): string {
  return createHash('sha256')
    .update(JSON.stringify(meaningOf(definition)))
    .digest('hex');
}

/** Registers a definition as its next version. */
export async function register(client: Client, definition: Definition): Promise<void> {
  const { kind, name } = definition;
  await client.query(sql`
    INSERT INTO asof.definitions (kind, name, version, sha256, definition)
    SELECT ${kind}, ${name}, coalesce(max(version), 0) + 1, ${definitionHash(definition)}, ${JSON.stringify(definition)}
    FROM asof.definitions WHERE kind = ${kind} AND name = ${name}`);
}

/** Puts what people say of a definition in the place of what they said of its current version. */
export async function redescribe(client: Client, definition: Definition): Promise<void> {
  const { kind, name } = definition;
  await client.query(sql`
    UPDATE asof.definitions AS current SET definition = ${JSON.stringify(definition)}
    WHERE kind = ${kind} AND name = ${name}
      AND version = (SELECT max(version) FROM asof.definitions WHERE kind = current.kind AND name = current.name)`);
}

interface Row extends RegisteredDefinition {
  readonly revision: string | null;
}

/**
 * The current versions of all definitions. Empty where `apply` has never run. One statement reads them, so
 * that the revisions fit the definitions.
 */
export async function loadRegistry(db: Queryable): Promise<Registry> {
  const { rows } = await db
    .query<Row>(
      sql`
        SELECT DISTINCT ON (kind, name) definition, version, sha256, revision
        FROM asof.definitions LEFT JOIN asof.source_revisions ON kind = 'event_source' AND source = name
        WHERE removed_at IS NULL
        ORDER BY kind, name, version DESC`,
    )
    .catch((error: unknown) => {
      if (isMissingTable(error, 'asof.definitions')) return { rows: [] };
      throw error;
    });
  const revisions = rows.flatMap(({ definition, revision }) =>
    revision === null ? [] : [[definition.name, revision] as const],
  );
  return new Registry(
    rows.map(({ definition, version, sha256 }) => ({ definition, version, sha256 })),
    new Map(revisions),
  );
}
