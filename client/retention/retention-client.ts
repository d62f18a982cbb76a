import type { RetentionResult } from '../../schemas/workflows/apply-retention.ts';
import type { Systems } from '../shared/systems.ts';
import { type RunRetentionOptions, applyRetention } from './apply-retention.ts';

/** What the definitions say is too old to keep. */
export class RetentionClient {
  readonly #systems: Systems;

  constructor(systems: Systems) {
    this.#systems = systems;
  }

  /**
   * Removes what is older than the definitions say, as the daily schedule does, or says what that would be. Takes over
   * the run that an earlier caller left (workflow `retention`). Needs a worker.
   *
   * @throws AsofError `ASOF_RETENTION_FAILED` with the workflow's own reason.
   */
  run(options: RunRetentionOptions = {}): Promise<RetentionResult> {
    return applyRetention(this.#systems, options);
  }
}
