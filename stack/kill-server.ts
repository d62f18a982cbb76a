import { AsofError } from '../domain/errors.ts';
import { stackLayout } from './layout.ts';
import { familyOf } from './processes/family.ts';
import { isAlive, readRecord } from './processes/record.ts';
import { processTable } from './processes/table.ts';
import type { ServerName } from './servers/server.ts';

/**
 * Kills a server of the native stack, as a power cut would: `kill -9` for it and all that it started. `stackUp` starts
 * it again.
 */
export function killServer(name: ServerName): void {
  const { run } = stackLayout();
  const record = readRecord(run, name);
  if (!record || !isAlive(record)) {
    throw new AsofError(
      'ASOF_STACK_SERVER_FAILED',
      `${name} cannot be killed: it does not run, or not as a process of this stack`,
      { kind: 'unavailable' },
    );
  }
  for (const { pid } of familyOf(record, processTable())) process.kill(pid, 'SIGKILL');
}
