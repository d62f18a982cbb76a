import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import type { Pool } from '../sql/client.ts';

export interface MigrateOptions {
  /** How many migrations to make, in order. Default: all. */
  readonly count?: number;
}

/**
 * Migrates the tables of Asof to the current version. Safe to run at any time, and by several processes at
 * once.
 */
export async function migrate(pool: Pool, { count }: MigrateOptions = {}): Promise<void> {
  const client = await pool.connect();
  try {
    await runner({
      dbClient: client,
      dir: fileURLToPath(new URL('../migrations', import.meta.url)),
      direction: 'up',
      count: count ?? Infinity,
      migrationsSchema: 'asof',
      migrationsTable: 'migrations',
      createMigrationsSchema: true,
      // A migration gets its number when work on it begins, so a later merge may bring a smaller number.
      checkOrder: false,
      log: () => {},
    });
  } finally {
    client.release();
  }
}
