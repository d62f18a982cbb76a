import type { RetentionResult } from '../../schemas/workflows/apply-retention.ts';
import type { Connections } from '../shared/connections.ts';
import { type RunRetentionOptions, applyRetention } from './apply-retention.ts';

/** Removes what is older than the definitions allow. */
export class RetentionClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Removes what is older than the definitions allow, as the daily schedule does, or reports what it would
   * remove. If the workflow `retention` runs, the call joins it; if it runs for another moment, the call waits
   * for its end, then starts its own. Needs a worker.
   *
   * @throws AsofError `ASOF_RETENTION_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { removals } = await asof.retention.run({ dryRun: true });
   * ```
   */
  run(options: RunRetentionOptions = {}): Promise<RetentionResult> {
    return applyRetention(this.#connections, options);
  }
}
