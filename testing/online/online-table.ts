import { visibleRow } from '../../domain/online/visible-row.ts';
import type { SimulatedDeployment } from '../deployment.ts';
import { type RowKeys, type SimulatedRow, keyOf, shownRow } from '../shared/shown-rows.ts';
import { simulatedTable } from '../shared/simulated-tables.ts';
import { MemoryOnlineReader } from './online-store.ts';

/** An online table of a simulation. */
export class SimulatedOnlineTable {
  readonly #deployment: SimulatedDeployment;
  readonly #table: string;

  /** @param name of the online table. */
  constructor(deployment: SimulatedDeployment, name: string) {
    this.#deployment = deployment;
    this.#table = deployment.definitions.onlineTable(name).table;
    simulatedTable(deployment, this.#table);
  }

  /** Makes all that has been written readable now, as a sync does. */
  refresh(): void {
    const { online, writes, timeline } = this.#deployment;
    online.get(this.#table)!.publish(writes, timeline.now);
  }

  /**
   * The row that a look-up of a key gives now, of what was published. Undefined: there is none.
   *
   * @throws AsofError `ASOF_INPUT_INVALID` if the keys are not those of the table.
   */
  async get(keys: RowKeys): Promise<SimulatedRow | undefined> {
    const { definitions, online, timeline } = this.#deployment;
    const table = this.#table;
    const definition = definitions.featureTable(table);
    const key = keyOf(definition, keys);
    const { pointers, generations } = await new MemoryOnlineReader(online).read([table], [{ table, key }]);
    const publication = pointers.get(table);
    if (!publication) return undefined;
    const row = visibleRow(generations[0]!, publication.current, timeline.now, null);
    return row && shownRow(definition, { key, ...row });
  }
}
