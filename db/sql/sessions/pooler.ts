import type pg from 'pg';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { AnsweringClient } from './answering-client.ts';

/**
 * Checks that a session is that of one client. A pooler in transaction mode hands each transaction to any
 * session: what one client sets and locks is then another's.
 *
 * @param others asks another client, that stays connected, for its server process.
 * @param variable the setting that has the URL.
 * @throws AsofError `ASOF_DATABASE_POOLER_UNFIT`.
 */
export async function refuseSharedSession(
  client: AnsweringClient & pg.ClientBase,
  others: () => Promise<number>,
  variable = 'DATABASE_URL',
): Promise<void> {
  if (client.processID === client.serverProcess) return;
  // Asked twice in a row, a client sees a pooler that takes the session that rested longest; asked one after
  // the other, two clients see one that takes the session that was used last. Another user may come between.
  for (let round = 0; round < ROUNDS; round += 1) {
    const processes = [await processOf(client), await processOf(client)];
    const isItsOwn = processes.every((process) => process === client.serverProcess);
    if (!isItsOwn || (await others()) === client.serverProcess) throw unfit(variable);
  }
}

const ROUNDS = 3;

/** The server process that runs the statement of a client. */
export async function processOf(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ process: number }>('SELECT pg_backend_pid() AS process');
  return rows[0]!.process;
}

function unfit(variable: string): AsofError {
  return new AsofError(
    'ASOF_DATABASE_POOLER_UNFIT',
    `${variable} leads to a pooler that gives each transaction or statement to any session (PgBouncer: ` +
      'pool_mode = transaction), so a session cannot keep its settings. ' +
      'Name a pool in session mode (pool_mode = session), or Postgres itself',
    { details: { variable } },
  );
}
