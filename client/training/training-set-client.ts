import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { Connections } from '../shared/connections.ts';
import { type BuildTrainingSetOptions, buildTrainingSet } from './build-training-set.ts';
import type { BuildExplanation } from './explain/build-explanation.ts';
import { type ExplainBuildOptions, explainBuild } from './explain/explain-build.ts';

/** Builds a training set, or tells how it would be built. */
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

  /**
   * Tells how a build would make the set now, and makes nothing: the way, how the rows of each lookup would be read, with
   * estimates, and the versions of the definitions. Loads the spine, and reads nothing but the catalogue of the
   * tables. Needs no worker.
   *
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_SPINE_INVALID`, and what else a build would refuse before it reads.
   * @example
   * ```ts
   * const { lookups } = await asof.trainingSet('churn').explainBuild({ spine: 'labels.csv' });
   * ```
   */
  explainBuild(options: ExplainBuildOptions): Promise<BuildExplanation> {
    return explainBuild(this.#connections, this.#name, options);
  }
}
