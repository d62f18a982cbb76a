import { Readable, Writable } from 'node:stream';
import pg from 'pg';

/** Called at each statement. Returns the function to call at each answer to it. */
export type ExpectAnswers = () => () => void;

/** A statement that the server has not answered for a while. */
export interface SilentStatement {
  /** The id of the server process that runs the statement. */
  readonly process: number;
  readonly answered: () => void;
}

/**
 * A connection that reports each answer: each row, each end of a statement, each part of a COPY in either
 * direction.
 */
export class AnsweringClient extends pg.Client {
  declare readonly processID: number | null;
  readonly #expectAnswers: ExpectAnswers;
  #answered: (() => void) | undefined;
  #isSilent = false;

  constructor(settings: pg.ClientConfig | undefined, expectAnswers: ExpectAnswers) {
    super(settings);
    this.#expectAnswers = expectAnswers;
    this.connection.on('message', () => this.#hear());
    this.on('drain', () => (this.#answered = undefined));
  }

  /** Takes every form of statement that `pg` takes, and passes it on unchanged. */
  override query(...statement: readonly unknown[]): never {
    this.#isSilent = false;
    this.#answered = this.#expectAnswers();
    const [copy] = statement;
    if (copy instanceof Readable) copy.on('data', () => this.#hear());
    else if (copy instanceof Writable) copy.on('drain', () => this.#hear());
    return super.query(...(statement as [string])) as never;
  }

  /** The running statement, if the server has sent nothing since the last call of this method. */
  silentStatement(): SilentStatement | undefined {
    const wasSilent = this.#isSilent;
    this.#isSilent = true;
    if (!wasSilent || !this.#answered || this.processID === null) return undefined;
    return { process: this.processID, answered: this.#answered };
  }

  #hear(): void {
    this.#isSilent = false;
    this.#answered?.();
  }
}
