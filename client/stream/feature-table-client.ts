import type { FeatureRow } from '../../db/tables/latest-rows.ts';
import type { BackfillResult } from '../../schemas/workflows/backfill-features.ts';
import type { Connections } from '../shared/connections.ts';
import { type BackfillOptions, backfill } from './backfill.ts';
import { type LatestRowsOptions, countFeatureRows, latestRows } from './feature-rows.ts';

/** Reads a feature table, and backfills one that a stream writes. */
export class FeatureTableClient {
  readonly #connections: Connections;
  readonly #name: string;

  constructor(connections: Connections, name: string) {
    this.#connections = connections;
    this.#name = name;
  }

  /**
   * Fills a stream table that joined its source later, and merges the kept late events of a range of event
   * time into the windows that they missed. If the workflow `backfill-<table>` runs with the same range, the
   * call joins it. If it runs with another range, the call waits for its end, then starts its own. Needs a
   * worker.
   *
   * @throws AsofError `ASOF_BACKFILL_FAILED` with the workflow's reason.
   * @example
   * ```ts
   * const { filled, merged } = await asof.table('user_activity_features').backfill({
   *   from: '2026-03-01T00:00:00Z',
   *   onProgress: ({ state, reached }) => console.error(`${state} at ${reached}`),
   * });
   * ```
   */
  backfill(options: BackfillOptions = {}): Promise<BackfillResult> {
    return backfill(this.#connections, this.#name, options);
  }

  /**
   * Returns the newest visible row of each key, newest first. Columns are properties by name; timestamps are
   * `Date`s, and columns of type bigint are decimal texts.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`; `ASOF_INPUT_INVALID` if `asOf` is not RFC 3339.
   */
  latestRows(options: LatestRowsOptions = {}): Promise<FeatureRow[]> {
    return latestRows(this.#connections, this.#name, options);
  }

  /**
   * Returns the number of rows in the table, visible or not.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`.
   */
  countRows(): Promise<number> {
    return countFeatureRows(this.#connections, this.#name);
  }
}
