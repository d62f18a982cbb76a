/** A database of a server, as its catalogue knows it. */
export interface NamedDatabase {
  readonly name: string;
  readonly oid: number;
}

/** Postgres cuts longer names. */
const MAX_NAME_BYTES = 63;

/**
 * The name of the role that a deployment makes for its batch queries. The databases of a server share their
 * roles, and each deployment has a database of its own.
 */
export function queryRole({ name, oid }: NamedDatabase): string {
  const role = `${name}_query`;
  return new TextEncoder().encode(role).length <= MAX_NAME_BYTES ? role : `asof_${oid}_query`;
}
