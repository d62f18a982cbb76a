import type { Systems } from '../shared/systems.ts';
import { type ModelLineage, type Origin, type UsedBy, modelLineage, usedBy } from './lineage.ts';

/** What comes from what: model versions, training sets, tables and sources. */
export class LineageClient {
  readonly #systems: Systems;

  constructor(systems: Systems) {
    this.#systems = systems;
  }

  /**
   * The run, training set, feature tables and sources of a model version, each with its version in the registry.
   *
   * @param version name and number, such as `user_churn_model/1`.
   * @throws AsofError `ASOF_MODEL_VERSION_INVALID`, `ASOF_MODEL_UNKNOWN`; `ASOF_TRAINING_SET_UNKNOWN` where its set was
   * reset.
   */
  model(version: string): Promise<ModelLineage> {
    return modelLineage(this.#systems, version);
  }

  /** The model versions that were trained on a feature table, or on what came from a source; none where it is unknown. */
  usedBy(origin: Origin): Promise<UsedBy> {
    return usedBy(this.#systems, origin);
  }
}
