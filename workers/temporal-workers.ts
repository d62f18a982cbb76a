import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../activities/index.ts';
import { failureInterceptor } from '../activities/shared/failure-interceptor.ts';
import { heartbeatInterceptor } from '../activities/shared/heartbeat-interceptor.ts';
import type { TemporalSettings } from '../config/servers.ts';
import type { Redaction } from '../domain/secrets/redaction.ts';
import { hostTaskQueue } from '../domain/workflow-ids.ts';
import { ACTIVITIES_AT_ONCE, FILE_ACTIVITIES_AT_ONCE } from './connections.ts';
import type { Opened } from './opened.ts';
import { workflowCode } from './workflow-code.ts';

/** The two workers of Temporal that a worker of Asof has. They run and end together. */
export interface TemporalWorkers {
  run(): Promise<void>;
  stop(): void;
}

/** Where the workers of Temporal poll, and what they do. */
export interface TemporalWork {
  readonly connection: NativeConnection;
  readonly temporal: TemporalSettings;
  readonly host: string;
  readonly activities: Activities;
  readonly redaction: Redaction;
}

/** Makes a worker for the task queue of all workers, and one for that of the work on the files of `host`. */
export async function createTemporalWorkers(
  { connection, temporal: { namespace, taskQueue }, host, activities, redaction }: TemporalWork,
  opened: Opened,
): Promise<TemporalWorkers> {
  const options = {
    connection,
    namespace,
    activities,
    interceptors: {
      activity: [
        (context) => ({ inbound: heartbeatInterceptor(context, redaction) }),
        () => ({ inbound: failureInterceptor(redaction) }),
      ],
    },
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '10 seconds',
    shutdownForceTime: '15 seconds',
  } satisfies Partial<WorkerOptions>;
  const workers: Worker[] = [];
  const create = async (own: Partial<WorkerOptions> & { taskQueue: string }): Promise<void> => {
    const worker = await Worker.create({ ...options, ...own });
    workers.push(worker);
    opened.closeBy(() => retire(worker));
  };
  await create({
    taskQueue,
    workflowBundle: await workflowCode(),
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    stickyQueueScheduleToStartTimeout: '5 seconds',
  });
  await create({
    taskQueue: hostTaskQueue(taskQueue, host),
    maxConcurrentActivityTaskExecutions: FILE_ACTIVITIES_AT_ONCE,
  });
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    async run() {
      const runs = workers.map((worker) => worker.run().finally(stop));
      // Both use the connections, which are closed once neither works any more.
      await Promise.allSettled(runs);
      await Promise.all(runs);
    },
    stop,
  };
}

/** Ends a worker that never ran: it holds the connection, and only a run gives it back. */
async function retire(worker: Worker): Promise<void> {
  if (worker.getState() !== 'INITIALIZED') return;
  const run = worker.run();
  worker.shutdown();
  await run;
}
