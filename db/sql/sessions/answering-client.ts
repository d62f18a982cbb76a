import { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { Patience } from './patience.ts';

/** Who asks the server: it hears of each answer. */
export interface Asker {
  readonly answered: () => void;
  /** Whether it no longer wants the answer. Its statement is then ended. */
  readonly isGone: () => boolean;
}

/** Called at each statement: who asks. */
export type WhoAsks = () => Asker;

/** A statement that the server has not answered for a while. */
export interface SilentStatement {
  /** The server process that runs it. Undefined while the session is being opened. */
  readonly process: number | undefined;
  readonly asker: Asker;
  readonly patience: Patience;
  /** Whether it is still unanswered. */
  readonly isSilent: () => boolean;
  /** Ends the connection. The statement fails with `reason`. */
  readonly abandon: (reason: Error) => void;
}

interface RunningStatement {
  readonly asker: Asker;
  /** Undefined if the server has answered since the last look. */
  patience?: Patience | undefined;
}

/**
 * A connection that reports each answer: each row, each end of a statement, each part of a COPY in either
 * direction. It may be lost at any time, also between two statements of a transaction: the next statement
 * then fails, and {@link lost} says why.
 */
export class AnsweringClient extends pg.Client {
  /** The process that the other side named when the connection was made. A pooler names one of its own. */
  declare readonly processID: number | null;
  /** The server process of the session. Undefined until the session is open. */
  serverProcess: number | undefined;
  #lost: Error | undefined;
  #running: RunningStatement | undefined;
  readonly #whoAsks: WhoAsks;

  constructor(settings: pg.ClientConfig | undefined, whoAsks: WhoAsks) {
    super(settings);
    this.#whoAsks = whoAsks;
    this.connection.on('message', () => this.#hear());
    this.on('drain', () => (this.#running = undefined));
    // Without a listener, a connection that is lost between two statements would end the process.
    this.on('error', (error) => (this.#lost ??= error));
  }

  /** Why the connection ended, unless it was closed on purpose. */
  get lost(): Error | undefined {
    return this.#lost;
  }

  /** Takes every form of statement that `pg` takes, and passes it on unchanged. */
  override query(...statement: readonly unknown[]): never {
    this.#running = { asker: this.#whoAsks() };
    const [copy] = statement;
    if (copy instanceof Readable) copy.on('data', () => this.#hear());
    else if (copy instanceof Writable) copy.on('drain', () => this.#hear());
    return super.query(...(statement as [string])) as never;
  }

  /** The running statement, if the server has sent nothing since the last call of this method. */
  silentStatement(): SilentStatement | undefined {
    const running = this.#running;
    if (!running) return undefined;
    const { asker, patience } = running;
    running.patience ??= new Patience();
    if (!patience) return undefined;
    const isSilent = (): boolean => this.#running === running && running.patience === patience;
    const abandon = (reason: Error): void => void this.connection.stream.destroy(reason);
    return { process: this.serverProcess, asker, patience, isSilent, abandon };
  }

  #hear(): void {
    if (!this.#running) return;
    this.#running.patience = undefined;
    this.#running.asker.answered();
  }
}
