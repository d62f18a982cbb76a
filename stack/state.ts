import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { StackLayout } from './layout.ts';
import type { PortPlan } from './ports.ts';
import { writePrivateFile } from './private-files.ts';
import { type Server, serverNames, serverVariables } from './servers/server.ts';

const StartedServer = z.object({
  source: z.enum(['compose', 'native']),
  variable: z.enum(serverVariables),
  /** Has no password. */
  url: z.string(),
});

const StackState = z.object({
  portBase: z.number(),
  servers: z.partialRecord(z.enum(serverNames), StartedServer),
});

/**
 * The servers that `up` has started and `down` has not stopped. Excludes servers that the environment names.
 */
export type StackState = z.infer<typeof StackState>;

export function readState(run: string): StackState | undefined {
  try {
    return StackState.parse(JSON.parse(readFileSync(statePath(run), 'utf8')));
  } catch {
    return undefined;
  }
}

function writeState(run: string, state: StackState): void {
  writePrivateFile(statePath(run), JSON.stringify(state, null, 2));
}

/** Records a started server as soon as it is ready, so that a partly failed start is recorded too. */
export function recordStarted(
  { layout, base, ports }: { layout: StackLayout; base: number; ports: PortPlan },
  server: Server,
  source: 'compose' | 'native',
): void {
  const servers = readState(layout.run)?.servers ?? {};
  const started = { source, variable: server.variable, url: server.url(ports) };
  writeState(layout.run, { portBase: base, servers: { ...servers, [server.name]: started } });
}

export function forgetState(run: string): void {
  rmSync(statePath(run), { force: true });
}

function statePath(run: string): string {
  return join(run, 'stack.json');
}
