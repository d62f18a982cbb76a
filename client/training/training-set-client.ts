import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import { type BuildTrainingSetOptions, buildTrainingSet } from './build-training-set.ts';

/** Builds a training set. */
export class TrainingSetClient {
  readonly #connections: Connections;
  readonly #name: string;

  constructor(connections: Connections, name: string) {
    this.#connections = connections;
    this.#name = name;
  }

  /**
   * Looks up the features for each row of a spine as of the row's observation timestamp, writes the rows to a
   * Parquet file, and registers the training set. Reads and writes the files as the user of the program, and
   * needs a worker of the same user on this host. Relative paths start at the program's working directory.
   *
   * @throws AsofError `ASOF_FILE_UNREADABLE`, `ASOF_OUT_REFUSED`, `ASOF_FOLDER_UNWRITABLE`;
   * `ASOF_TRAINING_SET_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { id } = await asof.trainingSet('churn').build({ spine: 'labels.csv', out: 'churn.parquet' });
   * ```
   */
  build(options: BuildTrainingSetOptions): Promise<TrainingSetReceipt> {
    return buildTrainingSet(this.#connections, this.#name, options);
  }
}
