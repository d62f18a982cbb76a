import { type ListedTrainingSet, listTrainingSets } from '../../../db/training/list-training-sets.ts';
import type { Connections } from '../../shared/connections.ts';
import { type TrainingSetDiff, compareTrainingSets } from './compare-training-sets.ts';
import { type ShownTrainingSet, showTrainingSet } from './show-training-set.ts';

/** Options to list training sets. */
export interface ListTrainingSetsOptions {
  /** The name of a definition. Default: all. */
  readonly name?: string | undefined;
  /** How many, of the newest. Default: 50. */
  readonly limit?: number | undefined;
}

/** Lists, shows and compares built training sets. */
export class TrainingSetsClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** Returns the built training sets, the newest first. */
  async list({ name, limit = 50 }: ListTrainingSetsOptions = {}): Promise<ListedTrainingSet[]> {
    return listTrainingSets(await this.#connections.pool(), { name, limit });
  }

  /**
   * Returns the manifest of a built training set, what its features are like, the models that were trained on it, and
   * whether its file is still as it was built.
   *
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`.
   */
  show(id: string): Promise<ShownTrainingSet> {
    return showTrainingSet(this.#connections, id);
  }

  /**
   * Compares two built training sets: the definitions that they were built from, their rows, and what their features
   * are like. Rows are compared if this program can read both files as they were built.
   *
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`.
   * @example
   * ```ts
   * const { definitions, rows } = await asof.trainingSets.diff('ts_43fc88f1bedf', 'ts_0b6c7a1d2e3f');
   * ```
   */
  diff(a: string, b: string): Promise<TrainingSetDiff> {
    return compareTrainingSets(this.#connections, [a, b]);
  }
}
