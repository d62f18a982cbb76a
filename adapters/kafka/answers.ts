import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/**
 * Tells who waits for Kafka of each answer of a broker, be it an empty one, and of each attempt to reach one, of which
 * kafkajs makes only so many. A connection may work for several who wait; so each answer is told to all of them.
 */
export class Answers {
  readonly #expectAnswers: () => () => void;
  readonly #waiting = new Set<() => void>();

  /** @param expectAnswers called at each question; gives what to call at each answer. */
  constructor(expectAnswers: () => () => void) {
    this.#expectAnswers = expectAnswers;
  }

  /** Does work that waits for a connection that someone else may have opened. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const answered = this.#expectAnswers();
    this.#waiting.add(answered);
    try {
      return await work();
    } finally {
      this.#waiting.delete(answered);
    }
  }

  /** Opens kafkajs's connections as kafkajs itself does. Whoever has one opened is told without saying that he waits. */
  readonly sockets: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    const openerAnswered = this.#expectAnswers();
    const answered = (): void => {
      openerAnswered();
      for (const tell of this.#waiting) tell();
    };
    answered();
    const isSecure = Boolean(ssl);
    const name = isIP(host) ? {} : { servername: host };
    const socket = isSecure
      ? connectSecurely({ host, port, ...name, ...ssl }, onConnect)
      : connectPlain({ host, port }, onConnect);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS).on('data', answered);
  };
}
