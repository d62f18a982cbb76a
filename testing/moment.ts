import { visibleRow } from '../domain/online/visible-row.ts';
import { parseDuration } from '../domain/time/duration.ts';
import type { Instant } from '../domain/time/instant.ts';
import type { SimulatedDeployment } from './deployment.ts';
import { durationOf } from './shared/given-times.ts';
import { type RowKeys, type SimulatedRow, keyOf, newestFirst, shownRow } from './shared/shown-rows.ts';
import { type SimulatedTable, simulatedTable } from './shared/simulated-tables.ts';

/** How a row is looked up. */
export interface LookUpOptions {
  /** Only rows with `feature_ts > moment − lookback` count, such as `24 hours`. Omitted: rows of any age. */
  readonly lookback?: string | undefined;
}

/** The rows that are there now, as look-ups as of a moment see them. */
export class SimulatedMoment {
  readonly #deployment: SimulatedDeployment;
  readonly #moment: Instant;

  constructor(deployment: SimulatedDeployment, moment: Instant) {
    this.#deployment = deployment;
    this.#moment = moment;
  }

  /**
   * The row that a look-up gives: the visible one of the key with the greatest `feature_ts`. Undefined: none is.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_SIMULATION_REFUSED`, `ASOF_INPUT_INVALID`.
   */
  lookUp(table: string, keys: RowKeys, { lookback }: LookUpOptions = {}): SimulatedRow | undefined {
    const found = simulatedTable(this.#deployment, table);
    const key = keyOf(found.definition, keys);
    const row = this.#visible(found, key, lookback === undefined ? null : durationOf('lookback', lookback));
    return row && shownRow(found.definition, { key, ...row });
  }

  /**
   * The visible row of each key with the greatest `feature_ts`, the newest first.
   *
   * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_SIMULATION_REFUSED`.
   */
  rows(table: string): SimulatedRow[] {
    const found = simulatedTable(this.#deployment, table);
    return [...found.rows.keys()]
      .flatMap((key) => {
        const row = this.#visible(found, key, null);
        return row ? [{ key, ...row }] : [];
      })
      .sort(newestFirst)
      .map((row) => shownRow(found.definition, row));
  }

  #visible({ definition, rows }: SimulatedTable, key: readonly string[], lookback: bigint | null) {
    const { last } = this.#deployment.writes;
    const publication = {
      sync: 1,
      since: 1,
      syncId: '',
      sequence: String(last),
      publishedAt: this.#moment,
      availableAfter: parseDuration(definition.availableAfter)!,
      features: [],
    };
    const generation = { sync: 1, rows: rows.newestFirst(key, last) };
    return visibleRow([generation], publication, this.#moment, lookback);
  }
}
