import type { OnlineStatus } from '../../schemas/workflows/refresh-online-table.ts';
import type { Connections } from '../shared/connections.ts';
import { type RefreshOptions, refreshOnlineTable } from './refresh-online-table.ts';

/** Publishes an online table, which endpoints look up. */
export class OnlineClient {
  readonly #connections: Connections;
  readonly #table: string;

  constructor(connections: Connections, table: string) {
    this.#connections = connections;
    this.#table = table;
  }

  /**
   * Publishes what was committed since the last sync, and returns when all of it is readable. `last` in the
   * result says what was published. Starts the workflow `online-<table>` if it does not run. If it runs, the
   * call asks it to sync now, waits for that sync, and leaves it running. A snapshot, or a refresh as of
   * another moment, waits for its end instead. Needs a worker.
   *
   * @throws AsofError `ASOF_REFRESH_FAILED` with the workflow's reason; `ASOF_REFRESH_PAUSED` if the workflow
   * is paused; `ASOF_REFRESH_CONTINUOUS` for a snapshot, or a refresh as of another moment, of a table that is
   * refreshed continuously.
   * @example
   * ```ts
   * const { last } = await asof.online('user_activity_features').refresh();
   * ```
   */
  refresh(options: RefreshOptions = {}): Promise<OnlineStatus> {
    return refreshOnlineTable(this.#connections, this.#table, options);
  }
}
