import pg from 'pg';
import type { AnsweringClient } from './answering-client.ts';

/**
 * How often to look for silent statements, in ms. A statement that was silent since the last look is asked
 * about.
 */
const ASK_EVERY_MS = 500;
const TIMEOUT_MS = 3_000;

/**
 * Asks the server, on a separate connection, whether it still works on the statements that have been silent
 * for a while: the query of a batch table may take an hour and send nothing until it ends. A server process
 * that is active counts as an answer, also while it waits for a lock. A process that waits for the client to
 * send or to take a part of a COPY does not.
 */
export class LongStatements {
  readonly #settings: pg.ClientConfig;
  readonly #clients = new Set<AnsweringClient>();
  readonly #timer: NodeJS.Timeout;
  #connection: pg.Client | undefined;
  #asking: Promise<void> | undefined;

  constructor(settings: pg.ClientConfig) {
    this.#settings = settings;
    this.#timer = setInterval(() => this.#askOnce(), ASK_EVERY_MS).unref();
  }

  /** Watches the statements of a client until its connection ends. */
  watch(client: AnsweringClient): void {
    this.#clients.add(client);
    client.once('end', () => this.#clients.delete(client));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#asking;
    await this.#disconnect();
  }

  #askOnce(): void {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
  }

  async #ask(): Promise<void> {
    const silent = [...this.#clients].flatMap((client) => client.silentStatement() ?? []);
    try {
      if (silent.length === 0) return;
      const active = await this.#activeAmong(silent.map(({ process }) => process));
      for (const { process, answered } of silent) if (active.has(process)) answered();
    } catch {
      // The question got no answer, so the statements stay silent.
      await this.#disconnect();
    }
  }

  async #activeAmong(processes: readonly number[]): Promise<Set<number>> {
    this.#connection ??= await this.#connect();
    const { rows } = await this.#connection.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE pid = ANY($1::int[]) AND state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'`,
      [processes],
    );
    return new Set(rows.map(({ pid }) => pid));
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.#settings,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end().catch(() => {});
  }
}
