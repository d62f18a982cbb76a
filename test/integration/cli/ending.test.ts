import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, between } from '../../../db/sql/client.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { simulate } from '../../../simulator/index.ts';
import { type ProcessEntry, commandOf } from '../../../stack/processes/table.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { streamDifferences } from '../../support/expectations/stream-differences.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { freePorts } from '../../support/servers/own-broker.ts';
import { type ShownCommand, showCommand } from '../../support/servers/shown-command.ts';

const NPX = ['npx', 'asof'] as const;
const NODE = [process.execPath, 'bin/asof.mjs'] as const;
const READY = /^worker: ready/;
/** The 20 s that a command has to end, the second in which it notices the end of npx, and a busy machine's. */
const GONE_MS = 25_000;

const folder = mkdtempSync(join(tmpdir(), 'asof-ending-'));
/** With this module, a process rejects a promise at SIGUSR2, and nothing catches the rejection. */
const fault = join(folder, 'fault.mjs');

beforeAll(() => {
  writeFileSync(fault, `process.on('SIGUSR2', () => void Promise.reject(new TypeError('of a driver')));`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('each role ends in its time and leaves nothing behind, whatever ends it and whatever it does', async () => {
  await withProject({}, async (project) => {
    // These workers take no tasks from the one whose task hangs.
    const idle = { ...project.environment, ASOF_TASK_QUEUE: `${project.source}-idle` };
    await Promise.all([
      endsWithNpx(idle),
      endsAfterFault({ ...idle, NODE_OPTIONS: `--import=${fault}` }),
      endsBesideOpenRequest(idle),
      endsAlthoughTaskHangs(project),
    ]);
  });
}, 240_000);

async function endsWithNpx(environment: NodeJS.ProcessEnv): Promise<void> {
  const worker = await showCommand([...NPX, 'worker'], environment, READY);
  await leavesNothing(worker, 'SIGKILL');
}

/** Ends a worker by a signal to the process that the user sees. Expects no process of it to live on. */
async function leavesNothing(worker: ShownCommand, signal: NodeJS.Signals): Promise<void> {
  await eventually('the process that trains', () => Promise.resolve(worker.family().some(isTrainer)));
  const family = worker.family();
  worker.shown.kill(signal);
  await eventually(`the end by ${signal}`, () => Promise.resolve(worker.left(family).length === 0), GONE_MS);
  await worker.ended;
}

async function endsAfterFault(environment: NodeJS.ProcessEnv): Promise<void> {
  const worker = await showCommand([...NODE, 'worker'], environment, READY);
  await leavesNothing(worker, 'SIGUSR2');
  const { shown, said } = worker;
  expect(shown.exitCode).toBe(1);
  expect(said.join('\n')).toMatch(/error that nothing caught \(unhandledRejection\): TypeError: of a driver/);
  expect(said.at(-1)).toBe('worker: stopped');
}

async function endsBesideOpenRequest(environment: NodeJS.ProcessEnv): Promise<void> {
  const [port] = await freePorts(1);
  const address = { ASOF_SERVING_URL: `http://127.0.0.1:${port}` };
  const server = await showCommand([...NODE, 'serve'], { ...environment, ...address }, /^serve: ready/);
  const client = await unfinishedRequest(port!);
  server.shown.kill('SIGTERM');
  await eventually('the end of serve', () => Promise.resolve(server.shown.exitCode !== null), GONE_MS);
  expect(server.shown.exitCode).toBe(0);
  client.destroy();
}

async function endsAlthoughTaskHangs(project: Project): Promise<void> {
  const { kafka, source, environment, pool } = project;
  await produce(kafka, source, [...simulate({ seed: 3, until: '2026-03-01T00:00:00Z', days: 1, users: 5 })]);
  await startStream(project);
  const worker = await showCommand([...NPX, 'worker'], environment, READY);
  const locked = async (client: Client): Promise<void> => {
    await client.query('LOCK TABLE features.user_activity_features');
    await eventually('a task that waits for the lock', () => isLockAwaited(project));
    await leavesNothing(worker, 'SIGTERM');
    expect(worker.said.join('\n')).toMatch(/something did not end within 20 s/);
  };
  await between(pool, 'BEGIN', locked, 'ROLLBACK');
  await project.withWorkers(1, () => drain(project));
  expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
}

function isTrainer({ pid }: ProcessEntry): boolean {
  return commandOf(pid).includes('training/worker.py');
}

async function startStream(project: Project): Promise<void> {
  const { source } = project;
  await project.withTemporal(({ client, taskQueue }) =>
    client.workflow.start('streamFeatures', {
      workflowId: streamWorkflowId(source),
      taskQueue,
      args: [{ source, from: 'earliest', trigger: '200 milliseconds' }],
    }),
  );
}

async function drain(project: Project): Promise<void> {
  await project.withTemporal(async ({ client }) => {
    const stream = client.workflow.getHandle(streamWorkflowId(project.source));
    await stream.signal('drain');
    await stream.result();
  });
}

async function isLockAwaited({ pool }: Project): Promise<boolean> {
  const { rowCount } = await pool.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rowCount! > 0;
}

/** Sends the head of a request and a part of its body. */
async function unfinishedRequest(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  socket.write(
    'POST /serving-endpoints/churn/invocations HTTP/1.1\r\nhost: asof\r\ncontent-length: 100\r\n\r\n{',
  );
  return socket;
}
