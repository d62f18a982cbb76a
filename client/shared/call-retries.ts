import { EventEmitter, once } from 'node:events';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;

/**
 * Makes failed calls again, as Temporal's client does by itself, until {@link end}. A call that is made again
 * on a closed connection throws where nothing can catch it, so a connection is closed after `end`.
 */
export class CallRetries {
  readonly #backoff = defaultGrpcRetryOptions();
  /** The calls that wait until they are made again. */
  readonly #waiting = new Set<symbol>();
  readonly #made = new EventEmitter();
  #ended = false;

  /** For the option `interceptors` of a connection. */
  readonly interceptor: Interceptor = (options, nextCall) => {
    const call = Symbol();
    const retry = makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => !this.#ended && this.#backoff.retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        this.#waiting.add(call);
        return this.#backoff.delayFunction(attempt, status);
      },
    });
    return retry(options, (again) => {
      if (this.#waiting.delete(call)) this.#made.emit('made');
      return nextCall(again);
    });
  };

  /** Lets the calls that wait be made a last time. That takes 6 s at most, and nothing if none has failed. */
  async end(): Promise<void> {
    this.#ended = true;
    while (this.#waiting.size > 0) await once(this.#made, 'made');
  }
}
