import { Readable, Writable } from 'node:stream';
import pg from 'pg';

/** Called at each question to the server; gives what to call at each of its answers. */
export type ExpectAnswers = () => () => void;

/** A statement that the server has not answered for a while. */
export interface SilentStatement {
  /** The server's process that runs it. */
  readonly process: number;
  readonly answered: () => void;
}

/** A connection that tells of each answer: each row, each end of a statement, each part of a COPY that came or went. */
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

  /** One of the many ways in which a statement can be given; all are handed on as they are. */
  override query(...statement: readonly unknown[]): never {
    this.#isSilent = false;
    this.#answered = this.#expectAnswers();
    const [copy] = statement;
    if (copy instanceof Readable) copy.on('data', () => this.#hear());
    else if (copy instanceof Writable) copy.on('drain', () => this.#hear());
    return super.query(...(statement as [string])) as never;
  }

  /** The statement that is under way, if nothing of it was heard since this was asked last. */
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
