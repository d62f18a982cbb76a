import type { OnlineStatus } from '../../schemas/workflows/refresh-online-table.ts';
import type { Systems } from '../shared/systems.ts';
import { type RefreshOptions, refreshOnlineTable } from './refresh-online-table.ts';

/** An online table: what endpoints look up. */
export class OnlineClient {
  readonly #systems: Systems;
  readonly #table: string;

  constructor(systems: Systems, table: string) {
    this.#systems = systems;
    this.#table = table;
  }

  /**
   * Publishes what was committed since the last sync, and returns when all of it is readable; `last` in the answer says
   * what was published. Starts the workflow `online-<table>` where none runs; a continuous one is asked to run now, and
   * stays. Needs a worker.
   *
   * @throws AsofError `ASOF_REFRESH_FAILED` with the workflow's own reason; `ASOF_REFRESH_PAUSED`.
   */
  refresh(options: RefreshOptions = {}): Promise<OnlineStatus> {
    return refreshOnlineTable(this.#systems, this.#table, options);
  }
}
