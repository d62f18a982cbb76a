import { AsyncResource } from 'node:async_hooks';
import pg from 'pg';
import { AnsweringClient, type ExpectAnswers } from './answering-client.ts';
import { LongStatements } from './long-statements.ts';

type WhenConnected = Parameters<pg.Pool['connect']>[0];

/**
 * A pool that reports each answer of the server. While a statement runs long, it also reports that the server
 * still works on it.
 */
export class AnsweringPool extends pg.Pool {
  readonly #longStatements: LongStatements;

  constructor(settings: pg.PoolConfig, expectAnswers: ExpectAnswers) {
    const longStatements = new LongStatements(settings);
    super({
      ...settings,
      Client: class extends AnsweringClient {
        constructor(config?: pg.ClientConfig) {
          super(config, expectAnswers);
          longStatements.watch(this);
        }
      },
    });
    this.#longStatements = longStatements;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(whenConnected: WhenConnected): void;
  /**
   * The pool calls `whenConnected` from the context of the code that released the connection. The binding
   * restores the context of the code that asked for it.
   */
  override connect(whenConnected?: WhenConnected): Promise<pg.PoolClient> | void {
    return whenConnected ? super.connect(AsyncResource.bind(whenConnected)) : super.connect();
  }

  override async end(): Promise<void> {
    await super.end();
    await this.#longStatements.close();
  }
}
