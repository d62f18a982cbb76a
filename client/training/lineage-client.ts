import type { Connections } from '../shared/connections.ts';
import { type ModelLineage, type Origin, type UsedBy, modelLineage, usedBy } from './lineage.ts';

/** Tells which model versions come from which training sets, tables and sources. */
export class LineageClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Returns the run, training set, feature tables and sources of a model version, each with its version in
   * the registry.
   *
   * @param version name and number, such as `user_churn_model/1`.
   * @throws AsofError `ASOF_MODEL_VERSION_INVALID`, `ASOF_MODEL_UNKNOWN`; `ASOF_TRAINING_SET_UNKNOWN` if a
   * reset deleted the training set.
   */
  model(version: string): Promise<ModelLineage> {
    return modelLineage(this.#connections, version);
  }

  /**
   * Returns the model versions that were trained on features of a table, or on features made from a source.
   * Empty for an unknown name.
   *
   * @param origin the name of a feature table, or of an event source or reference table.
   * @example
   * ```ts
   * const { models } = await asof.lineage.usedBy({ source: 'user-events' });
   * ```
   */
  usedBy(origin: Origin): Promise<UsedBy> {
    return usedBy(this.#connections, origin);
  }
}
