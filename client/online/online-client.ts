import type { OnlineStatus } from '../../schemas/workflows/refresh-online-table.ts';
import type { Systems } from '../shared/systems.ts';
import { type RefreshOptions, refreshOnlineTable } from './refresh-online-table.ts';

/** Publishes an online table, which endpoints look up. */
export class OnlineClient {
  readonly #systems: Systems;
  readonly #table: string;

  constructor(systems: Systems, table: string) {
    this.#systems = systems;
    this.#table = table;
  }

  /**
   * Publishes what was committed since the last sync, and returns when all of it is readable. `last` in the
   * result says what was published. Starts the workflow `online-<table>` if it does not run. If it runs, the
   * call asks it to sync now, waits for that sync, and leaves it running. Needs a worker.
   *
   * @throws AsofError `ASOF_REFRESH_FAILED` with the workflow's reason; `ASOF_REFRESH_PAUSED` if the workflow
   * is paused.
   * @example
   * ```ts
   * const { last } = await asof.online('user_activity_features').refresh();
   * ```
   */
  refresh(options: RefreshOptions = {}): Promise<OnlineStatus> {
    return refreshOnlineTable(this.#systems, this.#table, options);
  }
}
