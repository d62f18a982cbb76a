import type { MlflowClient } from '../../adapters/mlflow/client.ts';
import type { Pool } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { LoggedRun, TrainModelInput, TrainingPlan } from '../../schemas/workflows/train-model.ts';
import { type Training, logTraining } from './model/log.ts';
import { openTraining } from './model/open.ts';
import { type Prepared, prepareTraining } from './model/prepare.ts';
import { type RegisteredModel, type Registration, registerModel } from './model/register.ts';

export interface ModelDependencies {
  readonly pool: Pool;
  readonly mlflow: MlflowClient;
  /** The number of workers that poll a task queue for activities now. */
  readonly pollers: (taskQueue: string) => Promise<number>;
}

export function createModelActivities({ pool, mlflow, pollers }: ModelDependencies) {
  return {
    /** See {@link openTraining}. */
    openTraining(input: TrainModelInput): Promise<TrainingPlan> {
      return openTraining(pool, input);
    },

    /** See {@link prepareTraining}. */
    prepareTraining(plan: TrainingPlan, trainingSetId: string, id: string): Promise<Prepared> {
      return prepareTraining(pool, plan, trainingSetId, id);
    },

    /**
     * Checks that a Python worker is there, before a task goes to a queue that nobody polls.
     *
     * @throws AsofError `ASOF_TRAINING_WORKER_MISSING` (unavailable).
     */
    async findTrainingWorker(taskQueue: string): Promise<void> {
      if ((await pollers(taskQueue)) > 0) return;
      throw new AsofError(
        'ASOF_TRAINING_WORKER_MISSING',
        `no Python worker polls the task queue '${taskQueue}'. 'npx asof worker' starts one where it finds Python with ` +
          'the training packages; its log says what is missing. A native stack brings them; else name a Python with ASOF_PYTHON',
        { details: { taskQueue } },
      );
    },

    /** See {@link logTraining}. */
    logModel(training: Training): Promise<LoggedRun> {
      return logTraining(pool, mlflow, training);
    },

    /** See {@link registerModel}. */
    registerModel(registration: Registration): Promise<RegisteredModel> {
      return registerModel(pool, mlflow, registration);
    },
  };
}
