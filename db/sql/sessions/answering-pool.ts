import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import { AnsweringClient, type WhoAsks } from './answering-client.ts';
import { connectionFailure } from './connection-failures.ts';
import { processOf, refuseSharedSession } from './pooler.ts';
import { ProcessSigns } from './process-signs.ts';
import { type SessionLimits, openSession } from './session.ts';
import { StatementWatch } from './statement-watch.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** The system asks an idle peer this long after its last word, and finds out in half a minute that it is gone. */
const KEEP_ALIVE_MS = 10_000;

type WhenConnected = Parameters<pg.Pool['connect']>[0];

export interface PoolSettings {
  readonly url: string;
  readonly max: number;
  readonly limits: SessionLimits;
  readonly whoAsks: WhoAsks;
  readonly queries: QuerySettings;
}

/** How the queries of definitions run. */
export interface QuerySettings {
  /** The URL that they log in with. Omitted: that of the pool, with the role and the password of the registry. */
  readonly url?: string | undefined;
  /** How long one may run, in ms. */
  readonly longest: number;
}

/**
 * A pool of sessions with Asof's settings. It reports each answer of the server; while a statement runs long,
 * it also reports that the server still works on it, and ends the connection if the server does not.
 */
export class AnsweringPool extends pg.Pool {
  readonly queries: QuerySettings;
  readonly #url: string;
  readonly #apart: (url: string) => AnsweringClient;
  readonly #unshared = new Set<string>();
  readonly #watch: StatementWatch;
  readonly #signs: ProcessSigns;

  constructor({ url, max, limits, whoAsks, queries }: PoolSettings) {
    const connection: pg.ClientConfig = {
      connectionString: url,
      application_name: 'asof',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    };
    const signs = new ProcessSigns(connection);
    const watch = new StatementWatch(signs);
    class WatchedClient extends AnsweringClient {
      constructor(connectionString: string) {
        // For the client alone: the pool would count the wait for a free connection too.
        super({ ...connection, connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS }, whoAsks);
        watch.watch(this);
      }
    }
    const settings: pg.PoolConfig = {
      max,
      Client: class extends WatchedClient {
        constructor() {
          super(url);
        }
      },
    };
    // The pool waits for the promise, which its types do not say, and hands out no session that did not open.
    const onConnect = async (client: pg.ClientBase): Promise<void> => {
      (client as AnsweringClient).serverProcess = await openSession(client, limits);
    };
    super(Object.assign(settings, { onConnect }));
    this.queries = queries;
    this.#url = url;
    this.#apart = (other) => new WatchedClient(other);
    this.#watch = watch;
    this.#signs = signs;
    // The pool replaces an idle connection that the server closes.
    this.on('error', () => {});
  }

  /**
   * Opens the first session, and the connection on which the pool asks what the server does.
   *
   * @throws AsofError `ASOF_DATABASE_POOLER_UNFIT`; the error of the driver when there is no answer.
   */
  async open(): Promise<void> {
    const client = await super.connect();
    try {
      await this.#signs.ownProcess();
      if (client instanceof AnsweringClient)
        await refuseSharedSession(client, () => this.#signs.ownProcess());
    } finally {
      client.release();
    }
  }

  /**
   * Opens a session for the queries of definitions, which the pool watches and never hands out. Whoever opens it
   * ends it.
   *
   * @throws AsofError `ASOF_DATABASE_POOLER_UNFIT`; the error of the driver.
   */
  async openApart(url: string): Promise<pg.Client> {
    const client = this.#apart(url);
    try {
      await client.connect();
      client.serverProcess = await openSession(client, { statement: this.queries.longest });
      await this.#refuseSharedApart(client, url);
      return client;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** Once for each URL: the second session that it takes may be one too many for a pooler that is in full use. */
  async #refuseSharedApart(client: AnsweringClient, url: string): Promise<void> {
    if (this.#unshared.has(url) || client.processID === client.serverProcess) return;
    const other = this.#apart(url);
    try {
      await other.connect();
      const variable = url === this.queries.url ? 'ASOF_QUERY_DATABASE_URL' : 'DATABASE_URL';
      await refuseSharedSession(client, () => processOf(other), variable);
      this.#unshared.add(url);
    } finally {
      await other.end();
    }
  }

  /** Ends such a session at once, whatever it does. A query can make its server deaf to the end of a connection. */
  async endApart(session: pg.Client): Promise<void> {
    await session.end();
    const process = session instanceof AnsweringClient ? session.serverProcess : undefined;
    if (process !== undefined) await this.#signs.end([process]).catch(() => {});
  }

  /** The URL of the pool for another role. */
  urlOf(role: string, password: string): string {
    const url = new URL(this.#url);
    // In the driver's URLs these go before the name and password of the authority.
    url.searchParams.set('user', role);
    url.searchParams.set('password', password);
    return url.href;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(whenConnected: WhenConnected): void;
  /**
   * The pool calls `whenConnected` from the context of the code that released the connection. The binding
   * restores the context of the code that asked for it.
   */
  override connect(whenConnected?: WhenConnected): Promise<pg.PoolClient> | void {
    if (whenConnected) return super.connect(AsyncResource.bind(whenConnected));
    return super.connect().catch((error: unknown) => {
      throw connectionFailure(error);
    });
  }

  /** Takes every form of statement that `pg` takes. Its failures have the codes of {@link connectionFailure}. */
  override query(...statement: readonly unknown[]): never {
    const result = super.query(...(statement as [string])) as Promise<unknown>;
    return result.catch((error: unknown) => {
      throw connectionFailure(error);
    }) as never;
  }

  override async end(): Promise<void> {
    await super.end();
    await this.#watch.close();
  }
}
