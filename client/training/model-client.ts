import type { ScoreReceipt } from '../../schemas/workflows/score-batch.ts';
import type { TrainModelResult } from '../../schemas/workflows/train-model.ts';
import type { Connections } from '../shared/connections.ts';
import type { BuildTrainingSetOptions } from './build-training-set.ts';
import { type ScoreOptions, score } from './score.ts';
import { type TrainOnBuiltSetOptions, trainModel } from './train-model.ts';

/** Trains a model, and scores rows by its versions. */
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

  /**
   * Scores rows by a version of the model: looks up what the version was trained on for each row of a spine, as
   * of the row's moment, and predicts in ONNX. Writes the keys, the moments and the predictions with the version
   * to a file, an external table, or both. Reads and writes the files as the user of the program, and needs a
   * worker of the same user on this host.
   *
   * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_OUT_REFUSED`, `ASOF_FOLDER_UNWRITABLE`; `ASOF_SCORING_FAILED`
   * with the workflow's reason.
   * @example
   * ```ts
   * const { rows } = await asof.model('user_churn_model').score({
   *   spine: { query: 'SELECT DISTINCT user_id, now() AS event_timestamp FROM events.user_events' },
   *   out: 'scores.parquet',
   * });
   * ```
   */
  score(options: ScoreOptions): Promise<ScoreReceipt> {
    return score(this.#connections, this.#name, options);
  }
}
