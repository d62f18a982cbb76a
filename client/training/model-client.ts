import type { TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Systems } from '../shared/systems.ts';
import type { BuildTrainingSetOptions } from './build-training-set.ts';
import { type TrainOnBuiltSetOptions, trainModel } from './train-model.ts';

/** A model that was defined. */
export class ModelClient {
  readonly #systems: Systems;
  readonly #name: string;

  constructor(systems: Systems, name: string) {
    this.#systems = systems;
    this.#name = name;
  }

  /**
   * Builds the model's training set from a spine, or takes one that was built, trains on its `train` rows, evaluates on
   * `val` and `test`, logs the run to MLflow and registers the next version of the model. Needs a worker that trains.
   *
   * @throws AsofError `ASOF_TRAINING_FAILED` with the workflow's own reason.
   */
  train(options: BuildTrainingSetOptions | TrainOnBuiltSetOptions): Promise<TrainModelResult> {
    return trainModel(this.#systems, this.#name, options);
  }
}
