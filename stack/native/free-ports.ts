import { createServer } from 'node:net';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { portHolder } from '../processes/port-holder.ts';

export interface WantedPort {
  server: string;
  purpose: string;
  port: number;
}

/**
 * Checks that no other process listens on the ports.
 *
 * @throws AsofError `ASOF_STACK_PORT_TAKEN` (unavailable), with the listening process if the system reveals
 * it.
 */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  throw new AsofError(
    'ASOF_STACK_PORT_TAKEN',
    `${taken.map(describe).join('\n')}\nStop what listens there, or set ASOF_PORT_BASE to move the whole stack.`,
    { details: { ports: taken.map(({ port }) => port) } },
  );
}

function describe({ server, purpose, port }: WantedPort): string {
  return `Port ${port} of ${server} (${purpose}) is taken by ${portHolder(port) ?? 'another process'}.`;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
