import { join } from 'node:path';
import { Redaction } from '../domain/secrets/redaction.ts';
import { composeUp } from './compose/compose.ts';
import { type StackEnvironment, stackEnvironment } from './environment.ts';
import { type StackLayout, makeStackFolders, stackLayout } from './layout.ts';
import { checkBeforeStart } from './native/check-before-start.ts';
import { startNative } from './native/start.ts';
import { type PortPlan, portBase, portPlan } from './ports.ts';
import { withLock } from './processes/lock.ts';
import { type Progress, reporterFor, secondsSince } from './progress.ts';
import { waitForContainer, waitForNamed } from './readiness/running-elsewhere.ts';
import { type StackSecrets, makeSecrets } from './secrets.ts';
import { type Account, unprivilegedAccount } from './servers/account.ts';
import { allServers } from './servers/index.ts';
import type { Server, ServerName } from './servers/server.ts';
import { type ServerOrigin, chooseSources } from './source.ts';
import { readState, recordStarted } from './state.ts';

export interface UpOptions {
  progress: Progress;
  signal?: AbortSignal;
  /** The servers to start. Default: all. */
  servers?: readonly ServerName[];
}

interface Starting {
  layout: StackLayout;
  base: number;
  ports: PortPlan;
  secrets: StackSecrets;
  account: Account;
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Starts the servers in parallel, and returns when each of them answers a real request.
 *
 * @throws AsofError `ASOF_STACK_…`, see docs/reference/errors.md.
 */
export async function stackUp(options: UpOptions): Promise<StackEnvironment> {
  const { progress, signal = new AbortController().signal, servers } = options;
  const started = performance.now();
  const layout = stackLayout();
  const base = portBase(layout.name);
  const account = await unprivilegedAccount();
  const wanted = allServers.filter(({ name }) => servers?.includes(name) ?? true);
  const onWait = (pid: number) => progress(`waiting for process ${pid}, which starts or stops this stack`);
  await withLock(join(layout.run, 'lock'), { signal, onWait }, () => {
    makeStackFolders(layout, account.passage);
    const secrets = makeSecrets(layout.secrets);
    return startAll(wanted, { layout, base, ports: portPlan(base), secrets, account, progress, signal });
  });
  progress(`stack '${layout.name}' is up after ${secondsSince(started)}; logs are in ${layout.logs}`);
  return stackEnvironment() as StackEnvironment;
}

async function startAll(servers: readonly Server[], starting: Starting): Promise<void> {
  const { layout, ports } = starting;
  const state = readState(layout.run);
  const sources = await chooseSources(servers, { ports, state, environment: process.env });
  const from = (source: ServerOrigin) => servers.filter((server) => sources.get(server) === source);
  await checkBeforeStart(from('native'), starting);
  await allOrFirstFailure(starting.signal, (signal) => [
    ...from('environment').map((server) => useNamed(server, { ...starting, signal })),
    ...from('native').map((server) => startOne(server, { ...starting, signal })),
    startWithCompose(from('compose'), { ...starting, signal }),
  ]);
}

async function useNamed(server: Server, { progress, signal }: Starting): Promise<void> {
  const url = process.env[server.variable] ?? '';
  await waitForNamed(server, url, signal);
  reporterFor(server.name, progress).say(
    `answers on ${new Redaction().text(url)}, named by ${server.variable}`,
  );
}

async function startOne(server: Server, starting: Starting): Promise<void> {
  await startNative(server, starting, reporterFor(server.name, starting.progress));
  recordStarted(starting, server, 'native');
}

async function startWithCompose(servers: readonly Server[], starting: Starting): Promise<void> {
  if (servers.length === 0) return;
  const services = servers.map(({ name }) => name);
  const reporter = reporterFor('docker', starting.progress);
  await reporter.step(`starting ${services.join(', ')}`, (detail) =>
    composeUp(services, { ...starting, detail }),
  );
  await Promise.all(
    servers.map(async (server) => {
      const url = server.url(starting.ports);
      await waitForContainer(server, url, starting);
      await server.complete?.(url, starting.secrets);
      recordStarted(starting, server, 'compose');
    }),
  );
}

/** Aborts the other starts after the first failure, so that it is reported at once. */
async function allOrFirstFailure(
  outer: AbortSignal,
  begin: (signal: AbortSignal) => readonly Promise<void>[],
): Promise<void> {
  const failed = new AbortController();
  const failures: unknown[] = [];
  const settled = begin(AbortSignal.any([outer, failed.signal])).map((start) =>
    start.catch((failure: unknown) => {
      failures.push(failure);
      failed.abort(failure);
    }),
  );
  await Promise.all(settled);
  outer.throwIfAborted();
  if (failures.length > 0) throw failures[0];
}
