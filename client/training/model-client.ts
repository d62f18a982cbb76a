import type { TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Connections } from '../shared/connections.ts';
import type { BuildTrainingSetOptions } from './build-training-set.ts';
import { type TrainOnBuiltSetOptions, trainModel } from './train-model.ts';

/** Trains a model. */
export class ModelClient {
  readonly #connections: Connections;
  readonly #name: string;

  constructor(connections: Connections, name: string) {
    this.#connections = connections;
    this.#name = name;
  }

  /**
   * Trains the model, and registers the result as its next version in MLflow. Builds the model's training set
   * from a spine, or takes one that was built. Trains on the `train` rows, evaluates on `val` and `test`, and
   * logs the run. Needs a worker that trains.
   *
   * @throws AsofError `ASOF_TRAINING_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { id } = await asof.trainingSet('churn').build({ spine: 'labels.csv', out: 'churn.parquet' });
   * const { version, metrics } = await asof.model('user_churn_model').train({ trainingSetId: id });
   * ```
   */
  train(options: BuildTrainingSetOptions | TrainOnBuiltSetOptions): Promise<TrainModelResult> {
    return trainModel(this.#connections, this.#name, options);
  }
}
