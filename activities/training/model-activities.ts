import type { LoggedRun, TrainModelInput, TrainingPlan } from '../../schemas/workflows/train-model.ts';
import { checkModelStore } from './model/check-mlflow.ts';
import { type Training, logTraining } from './model/log.ts';
import { openTraining } from './model/open.ts';
import { type Prepared, prepareTraining } from './model/prepare.ts';
import { type RegisteredModel, type Registration, registerModel } from './model/register.ts';
import type { ModelDependencies } from './model-dependencies.ts';

export function createModelActivities(dependencies: ModelDependencies) {
  return {
    /** See {@link openTraining}. */
    openTraining(input: TrainModelInput): Promise<TrainingPlan> {
      return openTraining(dependencies, input);
    },

    /** See {@link checkModelStore}. */
    checkModelStore(model: string): Promise<void> {
      return checkModelStore(dependencies, model);
    },

    /** See {@link prepareTraining}. */
    prepareTraining(plan: TrainingPlan, trainingSetId: string, id: string): Promise<Prepared> {
      return prepareTraining(dependencies, plan, trainingSetId, id);
    },

    /** See {@link logTraining}. */
    logModel(training: Training): Promise<LoggedRun> {
      return logTraining(dependencies, training);
    },

    /** See {@link registerModel}. */
    registerModel(registration: Registration): Promise<RegisteredModel> {
      return registerModel(dependencies, registration);
    },
  };
}
