import { randomUUID } from 'node:crypto';
import { stackEnvironment } from '../../../stack/index.ts';
import { asSuperuser } from '../servers/superuser.ts';

/** A database whose owner is no superuser, as that of a deployment should be. */
export interface OwnedDatabase {
  /** The name of the database and of its owner. */
  readonly name: string;
  /** Of the owner. */
  readonly url: string;
  /** A URL of the database for another role. */
  readonly urlFor: (role: string, password: string) => string;
  /** Runs a statement in the database as an administrator of the server. */
  readonly administer: (statement: string) => Promise<void>;
}

/** Runs `work` on a new database of the stack's Postgres, and drops it with its owner afterwards. */
export async function withOwnedDatabase<Result>(
  attributes: 'CREATEROLE' | 'NOCREATEROLE',
  work: (database: OwnedDatabase) => Promise<Result>,
): Promise<Result> {
  const server = stackEnvironment().DATABASE_URL!;
  const name = `owned_${randomUUID().slice(0, 8)}`;
  const urlFor = (role: string, password: string): string => {
    const url = new URL(server);
    [url.username, url.password, url.pathname] = [role, password, `/${name}`];
    return url.href;
  };
  const here = new URL(server);
  here.pathname = `/${name}`;
  await asSuperuser(server, `CREATE ROLE ${name} LOGIN ${attributes} PASSWORD '${name}'`);
  await asSuperuser(server, `CREATE DATABASE ${name} OWNER ${name}`);
  try {
    return await work({
      name,
      url: urlFor(name, name),
      urlFor,
      administer: (statement) => asSuperuser(here.href, statement),
    });
  } finally {
    await asSuperuser(server, `DROP DATABASE ${name} WITH (FORCE)`);
    await asSuperuser(server, `DROP ROLE IF EXISTS ${name}_query, ${name}_reader`);
    await asSuperuser(server, `DROP ROLE ${name}`);
  }
}
