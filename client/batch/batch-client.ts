import type { BatchRangeResult } from '../../schemas/workflows/compute-batch-features.ts';
import type { Connections } from '../shared/connections.ts';
import { type BatchCheck, checkBatch } from './check-batch.ts';
import { type RunBatchOptions, runBatch } from './run-batch.ts';

/** Computes a batch table for past logical times, and checks which of its schedule are computed. */
export class BatchClient {
  readonly #connections: Connections;
  readonly #table: string;

  constructor(connections: Connections, table: string) {
    this.#connections = connections;
    this.#table = table;
  }

  /**
   * Computes the table as of every logical time of a past range, and returns when all of them are done. If
   * the workflow `batch-run-<table>` runs for the same range, the call joins it. If it runs for another
   * range, the call waits for its end, then starts its own. Needs a worker, and a stream that passes the last
   * logical time.
   *
   * @throws AsofError `ASOF_BATCH_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { computed, skipped } = await asof.batch('transaction_features').run({
   *   from: '2026-03-01T00:00:00Z',
   *   to: '2026-03-07T00:00:00Z',
   * });
   * ```
   */
  run(options: RunBatchOptions): Promise<BatchRangeResult> {
    return runBatch(this.#connections, this.#table, options);
  }

  /**
   * Finds the logical times of the table's schedule that have not been computed, since `apply` made the
   * table.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`.
   * @example
   * ```ts
   * const { missing } = await asof.batch('transaction_features').check();
   * for (const { from, to } of missing) await asof.batch('transaction_features').run({ from, to });
   * ```
   */
  check(): Promise<BatchCheck> {
    return checkBatch(this.#connections, this.#table);
  }
}
