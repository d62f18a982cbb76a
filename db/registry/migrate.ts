import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Client } from '../sql/client.ts';

/** Brings Asof's own tables up to date. Safe to run at any time and from several places at once. */
export async function migrate(client: Client): Promise<void> {
  await runner({
    dbClient: client,
    dir: fileURLToPath(new URL('../migrations', import.meta.url)),
    direction: 'up',
    migrationsSchema: 'asof',
    migrationsTable: 'migrations',
    createMigrationsSchema: true,
    // Numbers are given out when work begins, so one that lands later may be smaller.
    checkOrder: false,
    log: () => {},
  });
}
