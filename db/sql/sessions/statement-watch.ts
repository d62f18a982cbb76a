import { reasonOf } from '../../../domain/errors/asof-error.ts';
import type { AnsweringClient, SilentStatement } from './answering-client.ts';
import { lostConnection } from './connection-failures.ts';
import { type ProcessSign } from './patience.ts';
import type { ProcessSigns } from './process-signs.ts';

const LOOK_EVERY_MS = 500;
/** A look takes this time at most. A longer pause is one of this process, and says nothing of the server. */
const LONGEST_LOOK_MS = 7_000;

/**
 * Looks after the statements that the server has not answered for a while: the query of a batch table may
 * take an hour and send nothing until it ends. It asks the server what it does with them. A process that
 * works or waits counts as an answer, for as long as {@link Patience} lasts. Then the connection is ended on
 * both sides, and the statement fails.
 */
export class StatementWatch {
  readonly #signs: ProcessSigns;
  readonly #clients = new Set<AnsweringClient>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #lookedAt = 0;
  /** Why the server could not be asked. */
  #unasked = '';

  constructor(signs: ProcessSigns) {
    this.#signs = signs;
    this.#timer = setInterval(() => this.#lookOnce(), LOOK_EVERY_MS).unref();
  }

  /** Looks after the statements of a client until its connection ends. */
  watch(client: AnsweringClient): void {
    this.#clients.add(client);
    client.once('end', () => this.#clients.delete(client));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#signs.close();
  }

  #lookOnce(): void {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const sinceLast = Math.min(now - this.#lookedAt, LONGEST_LOOK_MS);
    this.#lookedAt = now;
    const silent = [...this.#clients].flatMap((client) => client.silentStatement() ?? []);
    if (silent.length === 0) return;
    const signOf = await this.#signsOf(silent);
    const ended = silent.filter((statement) => !this.#goesOn(statement, signOf(statement), sinceLast));
    const processes = ended.flatMap(({ process }) => process ?? []);
    if (processes.length > 0) await this.#signs.end(processes).catch(() => {});
  }

  async #signsOf(silent: readonly SilentStatement[]): Promise<(statement: SilentStatement) => ProcessSign> {
    try {
      const signs = await this.#signs.of(silent.flatMap(({ process }) => process ?? []));
      return ({ process }) => (process && signs.get(process)) || UNKNOWN;
    } catch (error) {
      this.#unasked = reasonOf(error);
      return () => UNKNOWN;
    }
  }

  /** Reports what a statement's process does to who asks. Returns whether to go on waiting. */
  #goesOn(
    { asker, patience, isSilent, abandon }: SilentStatement,
    sign: ProcessSign,
    sinceLast: number,
  ): boolean {
    if (!isSilent()) return true;
    const isOut = patience.endsWith(sign, sinceLast);
    if (!isOut && !asker.isGone()) {
      if (ALIVE.has(sign.doing)) asker.answered();
      return true;
    }
    abandon(lostConnection(isOut ? this.#silence(sign) : 'who asked no longer waits for the answer'));
    return false;
  }

  #silence({ doing, mark }: ProcessSign): string {
    if (doing === 'unknown')
      return `the server says neither a result nor whether it works on it (${this.#unasked})`;
    return `${SILENCE[doing]} (${mark})`;
  }
}

/** Why a statement is given up, by what the server says of its process. */
const SILENCE: Record<Exclude<ProcessSign['doing'], 'unknown'>, string> = {
  works: 'the server process of the statement has shown no progress for an hour',
  waits: 'the server process of the statement has waited for the same thing for a minute',
  'waits for the client': 'the server process of the statement has waited for this program for a minute',
  'has no statement': 'the statement or its answer did not come through',
};

const UNKNOWN: ProcessSign = { doing: 'unknown', mark: '' };
const ALIVE: ReadonlySet<ProcessSign['doing']> = new Set(['works', 'waits', 'unknown']);
