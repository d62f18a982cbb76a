import type { Connections } from '../../shared/connections.ts';
import { type ExplainRowOptions, explainRow } from './explain-row.ts';
import { type ExplainLookupOptions, explainTableLookup } from './explain-table-lookup.ts';
import type { LookupExplanation, RowExplanation } from './explanation.ts';

/** Tells why a value is what it is, down to the raw events that it was made from. */
export class ExplainClient {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /**
   * Explains a row of a training set: for each lookup, which feature row was taken and since when it was known, which
   * were passed over and why, and from which raw events its values come. Looks up by the versions of the definitions
   * that the set was built by. Reads the file of the set, so it must be on
   * this host.
   *
   * @param id the id of the set, such as `ts_0f3a…`.
   * @throws AsofError `ASOF_TRAINING_SET_UNKNOWN`, `ASOF_TRAINING_SET_ROW_UNKNOWN`, `ASOF_FILE_UNREADABLE`,
   * `ASOF_INPUT_INVALID`, `ASOF_DEFINITION_VERSION_GONE`.
   * @example
   * ```ts
   * const { lookups, holds } = await asof.explain.trainingSet('ts_0f3a5d1b2c4e', { row: 17 });
   * ```
   */
  trainingSet(id: string, options: ExplainRowOptions): Promise<RowExplanation> {
    return explainRow(this.#connections, id, options);
  }

  /**
   * Explains what a lookup in a feature table gives for a key as of a moment, in one of the three ways.
   *
   * @param table the name of the feature table.
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_INPUT_INVALID`; `ASOF_HISTORY_INCOMPLETE` where retention has removed
   * versions that another way than `latest` asks for.
   * @example
   * ```ts
   * const { taken, passedOver, evidence } = await asof.explain.lookup('user_activity_features', {
   *   key: { user_id: 'u_1' },
   *   at: '2026-03-01T12:00:00Z',
   *   lookback: '24 hours',
   * });
   * ```
   */
  lookup(table: string, options: ExplainLookupOptions): Promise<LookupExplanation> {
    return explainTableLookup(this.#connections, table, options);
  }
}
