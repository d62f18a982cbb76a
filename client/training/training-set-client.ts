import type { TrainingSetReceipt } from '../../schemas/workflows/build-training-set.ts';
import type { Systems } from '../shared/systems.ts';
import { type BuildTrainingSetOptions, buildTrainingSet } from './build-training-set.ts';

/** A training set that was defined. */
export class TrainingSetClient {
  readonly #systems: Systems;
  readonly #name: string;

  constructor(systems: Systems, name: string) {
    this.#systems = systems;
    this.#name = name;
  }

  /**
   * Looks the features up for every row of a spine, as of the row's own moment, writes the rows to a Parquet file and
   * registers the set. Needs a worker, which reads and writes the files; relative paths start at this program's folder.
   *
   * @throws AsofError `ASOF_TRAINING_SET_FAILED` with the workflow's own reason.
   */
  build(options: BuildTrainingSetOptions): Promise<TrainingSetReceipt> {
    return buildTrainingSet(this.#systems, this.#name, options);
  }
}
