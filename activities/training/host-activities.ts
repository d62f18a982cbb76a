import { AsofError } from '../../domain/errors/asof-error.ts';
import { hostTaskQueue, trainingTaskQueue } from '../../domain/workflow-ids.ts';

export interface HostDependencies {
  /** The host whose files this worker sees. */
  readonly host: string;
  /** The task queue of Asof's workers, which every host polls. */
  readonly taskQueue: string;
  /** The number of workers that poll a task queue for activities now. */
  readonly pollers: (taskQueue: string) => Promise<number>;
}

/** Tells whether a task would find a worker, before it goes to a queue that nobody polls. */
export function createHostActivities({ taskQueue, pollers }: HostDependencies) {
  return {
    /**
     * Checks that a worker is on the host.
     *
     * @throws AsofError `ASOF_HOST_WORKER_MISSING` (unavailable).
     */
    async findHostWorker(host: string): Promise<void> {
      const queue = hostTaskQueue(taskQueue, host);
      if ((await pollers(queue)) > 0) return;
      throw new AsofError(
        'ASOF_HOST_WORKER_MISSING',
        `no worker runs on the host '${host}', which has the files: nobody polls the task queue '${queue}'. ` +
          "Start 'npx asof worker' there; or, where workers share their files, give them one name with ASOF_HOST",
        { details: { host, taskQueue: queue } },
      );
    },

    /**
     * Checks that a Python worker is on the host.
     *
     * @throws AsofError `ASOF_TRAINING_WORKER_MISSING` (unavailable).
     */
    async findTrainingWorker(host: string): Promise<void> {
      const queue = trainingTaskQueue(taskQueue, host);
      if ((await pollers(queue)) > 0) return;
      throw new AsofError(
        'ASOF_TRAINING_WORKER_MISSING',
        `no Python worker polls the task queue '${queue}' on the host '${host}', which has the training set. ` +
          "'npx asof worker' starts one where it finds Python with the training packages; its log says what is missing. " +
          'A native stack brings them; else name a Python with ASOF_PYTHON',
        { details: { host, taskQueue: queue } },
      );
    },

    /**
     * Checks that a worker of a user's own polls the queue of an activity that trains.
     *
     * @throws AsofError `ASOF_TRAINER_MISSING` (unavailable).
     */
    async findTrainer(queue: string): Promise<void> {
      if ((await pollers(queue)) > 0) return;
      throw new AsofError(
        'ASOF_TRAINER_MISSING',
        `no worker polls the task queue '${queue}', which the model's definition names; start yours, on the host that has ` +
          'the training set',
        { details: { taskQueue: queue } },
      );
    },
  };
}
