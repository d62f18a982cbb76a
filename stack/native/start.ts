import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PRIVATE_UMASK, makePrivateFolder, writePrivateFile } from '../private-files.ts';
import { childEnvironment } from '../processes/child-environment.ts';
import { type ProcessRecord, isAlive, readRecord } from '../processes/record.ts';
import { run } from '../processes/run.ts';
import { spawnDetached } from '../processes/spawn.ts';
import { stopProcess } from '../processes/stop.ts';
import { waitUntilReady } from '../processes/wait-until-ready.ts';
import type { Reporter } from '../progress.ts';
import { asAsof } from '../servers/login.ts';
import type { Launch, RunHere, Server, ServerLocation } from '../servers/server.ts';
import { install } from '../software/software.ts';
import type { NativeStack } from './native-stack.ts';

const READY_WITHIN_MS = 90_000;

/** Brings a server up. Installs, prepares, starts and waits, and skips each step that is not needed. */
export async function startNative(server: Server, stack: NativeStack, reporter: Reporter): Promise<void> {
  const { layout, ports, secrets, signal, account } = stack;
  const software = await install(layout, server.software, { reporter, signal });
  const place: ServerLocation = { software, data: join(layout.data, server.name), ports, secrets, account };
  makePrivateFolder(place.data);
  const launch = server.launch(place);
  const running = readRecord(layout.run, server.name);
  if (running && isAlive(running) && running.settings === fingerprint(launch)) {
    await waitForAnswer(server, running, stack);
    await server.complete?.(server.url(ports), secrets);
    return reporter.say(`already running on ${server.url(ports)}`);
  }
  if (running) await stopProcess(running);
  await prepare(server, place, stack, reporter);
  await reporter.step(`starting on ${server.url(ports)}`, async () => {
    const record = await spawnServer(server, place, launch, stack);
    await waitForAnswer(server, record, stack);
    await server.complete?.(server.url(ports), secrets);
  });
}

async function prepare(
  server: Server,
  place: ServerLocation,
  { layout, signal }: NativeStack,
  reporter: Reporter,
) {
  const log = join(layout.logs, `prepare-${server.name}.log`);
  const runHere: RunHere = ({ command, args }, input) =>
    run(command, args, {
      cwd: place.data,
      log,
      signal,
      umask: PRIVATE_UMASK,
      purpose: 'server',
      ...(input !== undefined && { input }),
    });
  await reporter.step('preparing its data folder', async () => server.prepare?.(place, runHere));
}

async function spawnServer(
  server: Server,
  place: ServerLocation,
  launch: Launch,
  { layout }: NativeStack,
): Promise<ProcessRecord> {
  for (const [file, content] of Object.entries(launch.files ?? {})) {
    writePrivateFile(join(place.data, file), content);
    if (server.refusesRoot) place.account.give(join(place.data, file));
  }
  return spawnDetached(layout.run, {
    name: server.name,
    kind: 'server',
    command: launch.command,
    args: launch.args,
    env: { ...childEnvironment('server'), ...launch.env },
    cwd: place.data,
    log: join(layout.logs, `${server.name}.log`),
    settings: fingerprint(launch),
    stopSignal: launch.stopSignal ?? 'SIGTERM',
    umask: PRIVATE_UMASK,
  });
}

function waitForAnswer(
  server: Server,
  record: ProcessRecord,
  { ports, secrets, signal }: NativeStack,
): Promise<void> {
  const ask = () => server.ask(asAsof(server.name, server.url(ports), secrets));
  return waitUntilReady(record, { ask, withinMs: READY_WITHIN_MS, signal });
}

/** Identifies the settings of a launch. A different fingerprint means other settings or another version. */
function fingerprint(launch: Launch): string {
  return createHash('sha256').update(JSON.stringify(launch)).digest('hex');
}
