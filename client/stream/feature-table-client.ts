import type { FeatureRow } from '../../db/tables/visible-rows.ts';
import type { BackfillResult } from '../../schemas/workflows/backfill-features.ts';
import type { Systems } from '../shared/systems.ts';
import { type BackfillOptions, backfill } from './backfill.ts';
import { type LatestRowsOptions, countFeatureRows, latestRows } from './feature-rows.ts';

/** A feature table, filled by a stream or by batches. */
export class FeatureTableClient {
  readonly #systems: Systems;
  readonly #name: string;

  constructor(systems: Systems, name: string) {
    this.#systems = systems;
    this.#name = name;
  }

  /**
   * Fills a stream table that joined its source later, and merges the kept late events of a range of event time into
   * the windows that they missed. Takes over the same backfill that an earlier caller left (workflow
   * `backfill-<table>`); waits for another one that runs. Needs a worker.
   *
   * @throws AsofError `ASOF_BACKFILL_FAILED` with the workflow's own reason.
   */
  backfill(options: BackfillOptions = {}): Promise<BackfillResult> {
    return backfill(this.#systems, this.#name, options);
  }

  /**
   * The newest visible row of each of the keys that have one, the newest first: columns by name, timestamps as `Date`,
   * columns of type bigint as decimal texts.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`; `ASOF_INPUT_INVALID` for a time that is not RFC 3339.
   */
  latestRows(options: LatestRowsOptions = {}): Promise<FeatureRow[]> {
    return latestRows(this.#systems, this.#name, options);
  }

  /**
   * How many rows the table has, visible or not.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`.
   */
  countRows(): Promise<number> {
    return countFeatureRows(this.#systems, this.#name);
  }
}
