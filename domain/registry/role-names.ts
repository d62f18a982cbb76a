/** A database of a server, as its catalogue knows it. */
export interface NamedDatabase {
  readonly name: string;
  readonly oid: number;
}

/** What a deployment makes roles for: its batch queries, and people and tools that read. */
export const ROLE_PURPOSES = ['query', 'reader'] as const;
export type RolePurpose = (typeof ROLE_PURPOSES)[number];

/** Postgres cuts longer names. */
const MAX_NAME_BYTES = 63;

/**
 * The name of a role that a deployment makes. The databases of a server share their roles, and each deployment has
 * a database of its own.
 */
export function roleName({ name, oid }: NamedDatabase, purpose: RolePurpose): string {
  const role = `${name}_${purpose}`;
  return new TextEncoder().encode(role).length <= MAX_NAME_BYTES ? role : `asof_${oid}_${purpose}`;
}
