import { DefaultLogger, type LogEntry, NativeConnection, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { dataRoots } from '../config/data-roots.ts';
import { hostName } from '../config/host.ts';
import { deploymentNamespace } from '../config/namespace.ts';
import { redaction } from '../config/redaction.ts';
import type { WorkerSettings } from '../config/servers.ts';
import { trainingsFolder } from '../config/training.ts';
import { unavailable } from '../domain/errors/asof-error.ts';
import { trainingTaskQueue } from '../domain/workflow-ids.ts';
import { openConnections } from './connections.ts';
import { Opened } from './opened.ts';
import { stayPresent } from './presence.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { taskQueuePollers } from './task-queue-pollers.ts';
import { type TemporalWorkers, createTemporalWorkers } from './temporal-workers.ts';
import { startTrainingWorker } from './training-worker.ts';

/** A worker for all workflows and activities, connected to its servers. */
export interface AsofWorker {
  /**
   * Works until {@link stop} is called, and then closes its connections. Rejects if tasks had to be given up,
   * and with `ASOF_NAMESPACE_TAKEN` or `ASOF_NAMESPACE_DIFFERS` if it stopped by itself, since it would have
   * done the work of another deployment.
   */
  run(): Promise<void>;
  /**
   * Takes no more tasks. Running tasks have 10 s to end; then they are cancelled, and after 5 s more given up.
   * Temporal has another worker do them again.
   */
  stop(): void;
}

export async function createWorker(settings: WorkerSettings, logger: Logger): Promise<AsofWorker> {
  installRuntime(logger);
  const opened = new Opened();
  try {
    return await openWorker(settings, logger, opened);
  } catch (error) {
    // An open connection would keep the process alive, and so prevent a restart of a worker that could not
    // start.
    await opened.close().catch((failure: unknown) => logger.warn({ err: failure }, 'not closed in order'));
    throw error;
  }
}

async function openWorker(settings: WorkerSettings, logger: Logger, opened: Opened): Promise<AsofWorker> {
  const { temporal, python } = settings;
  const { address, namespace, taskQueue } = temporal;
  const connection = await connectTemporal(address);
  opened.closeBy(() => connection.close());
  await ensureSearchAttributes(connection, namespace);
  const deployment = deploymentNamespace(settings.namespace);
  const host = settings.host ?? hostName();
  const trainings = trainingsFolder();
  const roots = dataRoots();
  const connections = await openConnections(settings, deployment, logger, opened);
  const ending = new AbortController();
  const onRefusal = (error: Error): void => ending.abort(error);
  await stayPresent({ ...connections, taskQueue, logger, onRefusal }, opened);
  const activities = createActivities({
    ...connections,
    host,
    roots,
    taskQueue,
    trainings,
    pollers: (queue) => taskQueuePollers(connection, namespace, queue),
  });
  const work = { connection, temporal, host, activities, redaction: redaction(settings) };
  const workers = await createTemporalWorkers(work, opened);
  const queue = trainingTaskQueue(taskQueue, host);
  const training = python
    ? startTrainingWorker({ python, address, namespace, taskQueue: queue, trainings }, logger)
    : undefined;
  opened.closeBy(() => training?.stop());
  const stop = (): void => {
    workers.stop();
    void training?.stop();
  };
  return { run: () => opened.closeAfter(() => runUnlessRefused(workers, stop, ending.signal)), stop };
}

function connectTemporal(address: string): Promise<NativeConnection> {
  return NativeConnection.connect({ address }).catch((error: unknown) => {
    throw unavailable('ASOF_TEMPORAL_UNAVAILABLE', `Temporal at ${address}`, 'TEMPORAL_ADDRESS', error);
  });
}

/** Works until it is stopped, or until the signal aborts, and then throws the signal's reason. */
async function runUnlessRefused(
  workers: TemporalWorkers,
  stop: () => void,
  refusal: AbortSignal,
): Promise<void> {
  refusal.throwIfAborted();
  refusal.addEventListener('abort', stop);
  await workers.run().finally(() => refusal.throwIfAborted());
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
