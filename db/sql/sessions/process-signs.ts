import pg from 'pg';
import { type ProcessSign, type Wait, signOf } from './patience.ts';

const TIMEOUT_MS = 3_000;

/**
 * What a process waits for. A statement may wait for many locks, one after the other: the start of its wait
 * tells them apart.
 */
const WAIT = `CASE wait_event_type WHEN 'Lock'
  THEN concat_ws(' since ', wait_event, (SELECT min(waitstart)::text FROM pg_locks AS lock WHERE lock.pid = pg_stat_activity.pid AND NOT granted))
  ELSE wait_event END`;

interface ProcessRow {
  readonly process: number;
  readonly own: Wait;
  readonly waits: readonly Wait[];
  readonly idle: boolean;
}

/**
 * Asks the server what its processes do, on a connection of its own that it keeps: when no connection is left
 * for others, it can still ask.
 */
export class ProcessSigns {
  readonly #settings: pg.ClientConfig;
  #connection: Promise<pg.Client> | undefined;

  constructor(settings: pg.ClientConfig) {
    this.#settings = { ...settings, connectionTimeoutMillis: TIMEOUT_MS, query_timeout: TIMEOUT_MS };
  }

  /** The server process of its own connection. Throws the error of the driver when there is no answer. */
  async ownProcess(): Promise<number> {
    const [row] = await this.#ask<{ process: number }>('SELECT pg_backend_pid() AS process', []);
    return row!.process;
  }

  /**
   * The sign of each of the processes.
   *
   * @throws the error of the driver when the server does not answer. The next call connects again.
   */
  async of(processes: readonly number[]): Promise<Map<number, ProcessSign>> {
    const rows = await this.#ask<ProcessRow>(
      `SELECT coalesce(leader_pid, pid) AS process,
              jsonb_agg(jsonb_build_array(wait_event_type, wait)) FILTER (WHERE leader_pid IS NULL) -> 0 AS own,
              jsonb_agg(jsonb_build_array(wait_event_type, wait) ORDER BY pid) AS waits,
              bool_or(leader_pid IS NULL AND state LIKE 'idle%') AS idle
       FROM (SELECT *, ${WAIT} AS wait FROM pg_stat_activity) AS activity WHERE pid = ANY($1::int[]) OR leader_pid = ANY($1::int[]) GROUP BY 1`,
      [processes],
    );
    const signs = new Map<number, ProcessSign>();
    for (const { process, own, waits, idle } of rows)
      if (own && !idle) signs.set(process, signOf(own, waits));
    return new Map(processes.map((process) => [process, signs.get(process) ?? HAS_NO_STATEMENT]));
  }

  /** Ends processes, so that they give their locks back, as far as the server lets us. */
  async end(processes: readonly number[]): Promise<void> {
    await this.#ask('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [processes]);
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    const client = await connection?.catch(() => undefined);
    await client?.end().catch(() => {});
  }

  async #ask<Row extends pg.QueryResultRow>(statement: string, values: unknown[]): Promise<Row[]> {
    try {
      const client = await this.#connected();
      return (await client.query<Row>(statement, values)).rows;
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  #connected(): Promise<pg.Client> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#settings);
    client.on('error', () => {});
    await client.connect();
    return client;
  }
}

const HAS_NO_STATEMENT: ProcessSign = { doing: 'has no statement', mark: '' };
