import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askKafka } from '../../../adapters/kafka/ask-kafka.ts';
import { stackLayout } from '../../../stack/layout.ts';
import { portBase, portPlan } from '../../../stack/ports.ts';
import { reporterFor } from '../../../stack/progress.ts';
import type { Command } from '../../../stack/servers/command.ts';
import { kafka } from '../../../stack/servers/kafka.ts';
import type { ServerLocation } from '../../../stack/servers/server.ts';
import { install } from '../../../stack/software/software.ts';
import { eventually } from '../expectations/eventually.ts';

/** A broker that starts beside other tests, with a core for itself at times only. */
const STARTS_WITHIN_MS = 180_000;

/** A Kafka broker of a test's own, from the stack's software; a test can stop it and configure it. */
export interface OwnBroker {
  /** The address of the listener without TLS and SASL. */
  readonly brokers: string;
  /** The broker's folder, also for the files that its properties name. */
  readonly folder: string;
  start(): Promise<void>;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops the broker and deletes its folder. */
  remove(): Promise<void>;
  /** Runs one of Kafka's own tools to its end. The first argument is the tool's Java class. */
  tool(args: readonly string[]): Promise<void>;
}

/**
 * Prepares a Kafka broker of a test's own; the test starts it.
 *
 * @param properties lines to append to the stack's `server.properties`; a later line overrides an earlier
 * one.
 */
export async function ownBroker(
  properties: (folder: string, ports: { plain: number; controller: number }) => Promise<string> = () =>
    Promise.resolve(''),
): Promise<OwnBroker> {
  const data = mkdtempSync(join(tmpdir(), 'asof-broker-'));
  const [plain, controller] = (await freePorts(2)) as [number, number];
  const ports = { ...portPlan(portBase('own-broker')), kafka: plain, kafkaController: controller };
  return prepare({ data, ports }, await properties(data, { plain, controller }));
}

async function prepare(
  { data, ports }: Pick<ServerLocation, 'data' | 'ports'>,
  more: string,
): Promise<OwnBroker> {
  const layout = stackLayout();
  const { signal } = new AbortController();
  const software = await install(layout, kafka.software, {
    reporter: reporterFor('kafka', () => {}),
    signal,
  });
  const unused = {} as Pick<ServerLocation, 'account' | 'secrets'>;
  const location: ServerLocation = { software, data, ports, ...unused };
  const run = async ({ command, args }: Command): Promise<void> => {
    await promisify(execFile)(command, args, { cwd: data });
  };
  await kafka.prepare!(location, run);
  const { command, args, files } = kafka.launch(location);
  for (const [name, text] of Object.entries(files!)) writeFileSync(join(data, name), `${text}${more}`);
  const brokers = `127.0.0.1:${ports.kafka}`;
  let running: ChildProcess | undefined;
  const stop: OwnBroker['stop'] = async (signal = 'SIGTERM') => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, 'exit');
    running.kill(signal);
    await exited;
  };
  return {
    brokers,
    folder: data,
    async start() {
      const log = openSync(join(data, 'broker.log'), 'a');
      running = spawn(command, args, { cwd: data, stdio: ['ignore', log, log] });
      closeSync(log);
      const answers = async (): Promise<boolean> => {
        if (running!.exitCode !== null) throw new Error(readFileSync(join(data, 'broker.log'), 'utf8'));
        return askKafka(brokers).then(
          () => true,
          () => false,
        );
      };
      await eventually('the broker to answer', answers, STARTS_WITHIN_MS);
    },
    stop,
    async remove() {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
    tool: (toolArgs) => run({ command, args: ['-cp', args[args.indexOf('-cp') + 1]!, ...toolArgs] }),
  };
}

/** Free ports. All are held until the last one is chosen, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const held = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(held.map((server) => once(server, 'listening')));
  const ports = held.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
