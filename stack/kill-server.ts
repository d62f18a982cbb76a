import { AsofError } from '../domain/errors/asof-error.ts';
import { stackLayout } from './layout.ts';
import { isAlive, readRecord } from './processes/record.ts';
import { killProcess } from './processes/stop.ts';
import type { ServerName } from './servers/server.ts';

/**
 * Kills a server of the native stack, as a power cut would: `kill -9` for it and all that it started. Comes back when
 * they are gone, since `stackUp` would take one that still dies for a server that runs, or find its port taken.
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
