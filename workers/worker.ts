import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker, type LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';
import { failureInterceptor } from '../activities/failures.ts';
import { createActivities } from '../activities/index.ts';
import { createKafka } from '../adapters/kafka/client.ts';
import { TopicReaders } from '../adapters/kafka/topic-readers.ts';
import type { WorkerSettings } from '../config/servers.ts';
import { connect } from '../db/client.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

/** A worker of all roles, connected to its servers. */
export interface AsofWorker {
  /** Works until {@link stop} is called, then finishes what is running and closes its connections. */
  run(): Promise<void>;
  stop(): void;
}

export async function createWorker(
  { databaseUrl, kafkaBrokers, temporal: { address, namespace, taskQueue } }: WorkerSettings,
  logger: Logger,
): Promise<AsofWorker> {
  installRuntime(logger);
  const connection = await NativeConnection.connect({ address });
  await ensureSearchAttributes(connection, namespace);
  const pool = await connect(databaseUrl);
  const kafka = createKafka(kafkaBrokers, logger);
  const readers = new TopicReaders(kafka);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    activities: createActivities({ pool, kafka, readers }),
    interceptors: { activity: [() => ({ inbound: failureInterceptor() })] },
    maxConcurrentActivityTaskExecutions: 8,
    maxHeartbeatThrottleInterval: '1 second',
    stickyQueueScheduleToStartTimeout: '5 seconds',
    shutdownGraceTime: '10 seconds',
  });
  return {
    async run() {
      try {
        await worker.run();
      } finally {
        await readers.close();
        await pool.end();
        await connection.close();
      }
    },
    stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

let installed = false;

/** Temporal has one runtime for each process. */
function installRuntime(logger: Logger): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }: LogEntry) =>
      level === 'ERROR' ? logger.error(meta, message) : logger.warn(meta, message),
    ),
    shutdownSignals: [],
  });
}
