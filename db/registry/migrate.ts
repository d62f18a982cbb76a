import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Client } from '../sql/client.ts';

/**
 * Migrates the tables of Asof to the current version. Safe to run at any time, and by several processes at
 * once.
 */
export async function migrate(client: Client): Promise<void> {
  await runner({
    dbClient: client,
    dir: fileURLToPath(new URL('../migrations', import.meta.url)),
    direction: 'up',
    migrationsSchema: 'asof',
    migrationsTable: 'migrations',
    createMigrationsSchema: true,
    // A migration gets its number when work on it begins, so a later merge may bring a smaller number.
    checkOrder: false,
    log: () => {},
  });
}
