import { Redaction } from '../domain/secrets/redaction.ts';
import { type StackLayout, stackLayout } from './layout.ts';
import { portBase, portPlan } from './ports.ts';
import { isAlive, listRecords, readRecord } from './processes/record.ts';
import { reason } from './processes/wait-until-ready.ts';
import { readSecrets } from './secrets.ts';
import { allServers } from './servers/index.ts';
import { asAsof } from './servers/login.ts';
import type { Server } from './servers/server.ts';
import { type ServerOrigin, isNamed } from './source.ts';
import { readState } from './state.ts';

export interface ServerStatus {
  name: string;
  title: string;
  source?: ServerOrigin;
  state: 'ready' | 'not answering' | 'stopped';
  /** Why the server does not answer. */
  reason?: string;
  url?: string;
  pid?: number;
  log?: string;
}

export interface BackgroundStatus {
  name: string;
  state: 'running' | 'ended';
  pid: number;
  log: string;
}

export interface StackStatus {
  stack: string;
  logs: string;
  data: string;
  servers: ServerStatus[];
  background: BackgroundStatus[];
}

interface Whereabouts {
  source: ServerOrigin;
  /** Without its password. */
  url: string;
  /** The URL to ask. */
  access: string;
}

/** The status of each server and background process. Sends each server a request. */
export async function stackStatus(): Promise<StackStatus> {
  const layout = stackLayout();
  const servers = await Promise.all(allServers.map((server) => statusOf(server, layout)));
  const background = listRecords(layout.run)
    .filter(({ kind }) => kind === 'background')
    .map((record) => ({
      name: record.name,
      state: isAlive(record) ? ('running' as const) : ('ended' as const),
      pid: record.pid,
      log: record.log,
    }));
  return { stack: layout.name, logs: layout.logs, data: layout.data, servers, background };
}

async function statusOf(server: Server, layout: StackLayout): Promise<ServerStatus> {
  const { name, title } = server;
  const record = readRecord(layout.run, name);
  const running = record && isAlive(record) ? { pid: record.pid, log: record.log } : undefined;
  const found = whereabouts(server, layout, running !== undefined);
  if (found === undefined) return { name, title, state: 'stopped' };
  const { access, ...where } = found;
  const known = { name, title, ...where, ...(where.source === 'native' && running) };
  try {
    await server.ask(access);
    return { ...known, state: 'ready' };
  } catch (error) {
    return { ...known, state: 'not answering', reason: reason(error) };
  }
}

/** Where a server is. A running process of this stack counts even if `up` ended before it was ready. */
function whereabouts(
  server: Server,
  { name, run, secrets: path }: StackLayout,
  runs: boolean,
): Whereabouts | undefined {
  const state = readState(run);
  const ports = portPlan(state?.portBase ?? portBase(name));
  const named = process.env[server.variable];
  if (named && isNamed(server, ports, process.env)) {
    return { source: 'environment', url: new Redaction().text(named), access: named };
  }
  const started = state?.servers[server.name];
  if (!started && !runs) return undefined;
  const { source, url } = started ?? { source: 'native', url: server.url(ports) };
  const secrets = readSecrets(path);
  return { source, url, access: secrets ? asAsof(server.name, url, secrets) : url };
}
