import { connect as connectPlain, isIP } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const KEEP_ALIVE_MS = 60_000;

/**
 * Notifies those who wait for Kafka: of each answer of a broker, even an empty one, and of each attempt to
 * connect, of which kafkajs makes a limited number. Several callers may share a connection, so each answer
 * notifies all of them.
 */
export class Answers {
  readonly #expectAnswers: () => () => void;
  readonly #waiting = new Set<() => void>();

  /** @param expectAnswers called once per question. Returns the function to call at each answer. */
  constructor(expectAnswers: () => () => void) {
    this.#expectAnswers = expectAnswers;
  }

  /** Runs work that waits for Kafka, possibly on a connection that another caller opened. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const answered = this.#expectAnswers();
    this.#waiting.add(answered);
    try {
      return await work();
    } finally {
      this.#waiting.delete(answered);
    }
  }

  /**
   * Opens kafkajs's connections as kafkajs itself does. The caller that opens one is notified, even outside
   * of `during`.
   */
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
