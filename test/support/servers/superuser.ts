import { administratorUrl } from '../../../stack/index.ts';
import { administer } from '../projects/project.ts';

/**
 * Runs a statement in the database that a URL names, as the superuser of the stack's Postgres. On a server that
 * the environment names, the user of the URL has to do.
 */
export async function asSuperuser(databaseUrl: string, statement: string): Promise<void> {
  const url = new URL(administratorUrl() ?? databaseUrl);
  url.pathname = new URL(databaseUrl).pathname;
  await administer(url.href, statement);
}
