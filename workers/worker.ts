import { DefaultLogger, type LogEntry, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { Presence } from '../adapters/redis/presence.ts';
import { hostName } from '../config/host.ts';
import { deploymentNamespace } from '../config/namespace.ts';
import type { WorkerSettings } from '../config/servers.ts';
import { trainingsFolder } from '../config/training.ts';
import { unavailable } from '../domain/errors/asof-error.ts';
import { trainingTaskQueue } from '../domain/workflow-ids.ts';
import { openConnections } from './connections.ts';
import { stayPresent } from './presence.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { taskQueuePollers } from './task-queue-pollers.ts';
import { createTemporalWorkers } from './temporal-workers.ts';
import { startTrainingWorker } from './training-worker.ts';

/** A worker for all workflows and activities, connected to its servers. */
export interface AsofWorker {
  /**
   * Works until {@link stop} is called, and then closes its connections. Rejects if tasks had to be given up.
   */
  run(): Promise<void>;
  /**
   * Takes no more tasks. Running tasks have 10 s to end; then they are cancelled, and after 5 s more given up.
   * Temporal has another worker do them again.
   */
  stop(): void;
}

export async function createWorker(settings: WorkerSettings, logger: Logger): Promise<AsofWorker> {
  const { address } = settings.temporal;
  installRuntime(logger);
  const connection = await NativeConnection.connect({ address }).catch((error: unknown) => {
    throw unavailable('ASOF_TEMPORAL_UNAVAILABLE', `Temporal at ${address}`, 'TEMPORAL_ADDRESS', error);
  });
  try {
    return await workOn(connection, settings, logger);
  } catch (error) {
    // An open connection would keep the process alive, and so prevent a restart of a worker that could not
    // start.
    await connection.close();
    throw error;
  }
}

async function workOn(
  connection: NativeConnection,
  settings: WorkerSettings,
  logger: Logger,
): Promise<AsofWorker> {
  const { address, namespace, taskQueue } = settings.temporal;
  await ensureSearchAttributes(connection, namespace);
  const deployment = deploymentNamespace(settings.namespace);
  const host = settings.host ?? hostName();
  const trainings = trainingsFolder();
  const connections = await openConnections(settings, deployment, logger);
  const presence = new Presence(connections.redis, deployment, taskQueue);
  const leave = await stayPresent({ ...connections, presence }, logger).catch(async (error: unknown) => {
    await connections.close();
    throw error;
  });
  const activities = createActivities({
    ...connections,
    host,
    taskQueue,
    trainings,
    pollers: (queue) => taskQueuePollers(connection, namespace, queue),
  });
  const workers = await createTemporalWorkers(connection, settings.temporal, host, activities);
  const { python } = settings;
  const queue = trainingTaskQueue(taskQueue, host);
  const training = python
    ? startTrainingWorker({ python, address, namespace, taskQueue: queue, trainings }, logger)
    : undefined;
  return {
    async run() {
      try {
        await workers.run();
      } finally {
        await training?.stop();
        await leave();
        await connections.close();
        await connection.close();
      }
    },
    stop() {
      workers.stop();
      void training?.stop();
    },
  };
}

let installed = false;

/** Installs the Temporal runtime, of which a process has only one. */
function installRuntime(logger: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }: LogEntry) =>
      level === 'ERROR' ? logger.error(meta, message) : logger.warn(meta, message),
    ),
    // The SDK's core would write to standard output, which is for results.
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    shutdownSignals: [],
  });
}
