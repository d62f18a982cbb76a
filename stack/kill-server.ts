import { AsofError } from '../domain/errors/asof-error.ts';
import { stackLayout } from './layout.ts';
import { isAlive, readRecord } from './processes/record.ts';
import { killProcess } from './processes/stop.ts';
import type { ServerName } from './servers/server.ts';

/**
 * Kills a server of the native stack as a power cut would: `kill -9` for its process and all descendants.
 * Returns when they are gone. Otherwise `stackUp` could take a dying server for a running one, or find its
 * port taken.
 *
 * @throws AsofError `ASOF_STACK_SERVER_FAILED` (unavailable) if the server does not run natively in this
 * stack.
 */
export async function killServer(name: ServerName): Promise<void> {
  const { run } = stackLayout();
  const record = readRecord(run, name);
  if (!record || !isAlive(record)) {
    throw new AsofError(
      'ASOF_STACK_SERVER_FAILED',
      `${name} cannot be killed: it does not run, or not as a process of this stack`,
    );
  }
  await killProcess(record);
}
