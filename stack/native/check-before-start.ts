import { forgetRecord, isAlive, readRecord } from '../processes/record.ts';
import { stopProcess } from '../processes/stop.ts';
import type { Server } from '../servers/server.ts';
import { isInstalled } from '../software/software.ts';
import { requireTools } from '../software/tool.ts';
import { type WantedPort, requireFreePorts } from './free-ports.ts';
import type { NativeStack } from './native-stack.ts';

/**
 * Finds missing tools and taken ports before the start, which can take minutes. Stops the processes that a
 * crashed server has left first, because they may still hold its port.
 *
 * @throws AsofError `ASOF_STACK_TOOL_MISSING`, `ASOF_STACK_PORT_TAKEN` (unavailable).
 */
export async function checkBeforeStart(servers: readonly Server[], stack: NativeStack): Promise<void> {
  const { run } = stack.layout;
  await requireTools(new Map(servers.map((server) => [server.name, toolsFor(server, stack)])));
  const down = servers.filter(({ name }) => !isRunning(run, name));
  await Promise.all(down.map(({ name }) => endRemains(run, name)));
  await requireFreePorts(down.flatMap((server) => portsOf(server, stack)));
}

function toolsFor({ software, runsOn }: Server, { layout }: NativeStack) {
  return isInstalled(layout, software) ? runsOn : [...software.tools, ...runsOn];
}

function isRunning(run: string, name: string): boolean {
  const record = readRecord(run, name);
  return record !== undefined && isAlive(record);
}

async function endRemains(run: string, name: string): Promise<void> {
  const record = readRecord(run, name);
  if (record === undefined) return;
  await stopProcess(record);
  forgetRecord(run, name);
}

function portsOf(server: Server, { ports }: NativeStack): WantedPort[] {
  return Object.entries(server.ports(ports)).map(([purpose, port]) => ({
    server: server.name,
    purpose,
    port,
  }));
}
