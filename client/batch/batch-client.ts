import type { BatchRangeResult } from '../../schemas/workflows/compute-batch-features.ts';
import type { Systems } from '../shared/systems.ts';
import { type RunBatchOptions, runBatch } from './run-batch.ts';

/** The computation of a batch table. */
export class BatchClient {
  readonly #systems: Systems;
  readonly #table: string;

  constructor(systems: Systems, table: string) {
    this.#systems = systems;
    this.#table = table;
  }

  /**
   * Computes the table as of every logical time of a past range, and returns when that is done. Takes over the run of
   * the same range that an earlier caller left (workflow `batch-run-<table>`); waits for another range that runs.
   * Needs a worker, and a stream that passes the last of the times.
   *
   * @throws AsofError `ASOF_BATCH_FAILED` with the workflow's own reason.
   */
  run(options: RunBatchOptions): Promise<BatchRangeResult> {
    return runBatch(this.#systems, this.#table, options);
  }
}
