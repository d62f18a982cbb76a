import { randomUUID } from 'node:crypto';
import { stackEnvironment } from '../../../stack/index.ts';
import { administer } from './project.ts';

/** A database whose owner is no superuser, as that of a deployment should be. */
export interface OwnedDatabase {
  /** The name of the database and of its owner. */
  readonly name: string;
  /** Of the owner. */
  readonly url: string;
  /** A URL of the database for another role. */
  readonly urlFor: (role: string, password: string) => string;
  /** Runs a statement in the database as the user of the stack. */
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
  await administer(server, `CREATE ROLE ${name} LOGIN ${attributes} PASSWORD '${name}'`);
  await administer(server, `GRANT ${name} TO CURRENT_USER`);
  await administer(server, `CREATE DATABASE ${name} OWNER ${name}`);
  try {
    return await work({
      name,
      url: urlFor(name, name),
      urlFor,
      administer: (statement) => administer(here.href, statement),
    });
  } finally {
    await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    await administer(server, `DROP ROLE IF EXISTS ${name}_query, ${name}_reader`);
    await administer(server, `DROP ROLE ${name}`);
  }
}
