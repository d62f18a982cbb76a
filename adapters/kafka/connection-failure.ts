import kafkajs from 'kafkajs';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

/** How many causes to search for the reason of a failure. kafkajs wraps the errors of repeated attempts. */
const DEPTH = 5;

const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;

/**
 * The error for a failed attempt to connect: `ASOF_KAFKA_UNAVAILABLE` (unavailable) if a retry may help, and
 * `ASOF_KAFKA_REFUSED` if the broker refuses the client or its certificate is not trusted, which needs other
 * settings.
 */
export function notConnected(cause: unknown): AsofError {
  return refusal(cause) ?? unavailable('ASOF_KAFKA_UNAVAILABLE', 'Kafka', 'KAFKA_BROKERS', cause);
}

/** The same for a failure of an open connection. Undefined if `failure` has another cause. */
export function connectionFailure(failure: unknown): AsofError | undefined {
  for (const cause of causesOf(failure)) {
    if (cause instanceof kafkajs.KafkaJSConnectionError) return notConnected(failure);
  }
  return refusal(failure);
}

/**
 * The error of Asof for any other error of kafkajs: `ASOF_KAFKA_UNAVAILABLE` (unavailable) for what may be
 * tried again, otherwise `ASOF_KAFKA_REFUSED`. Undefined if the error is not kafkajs's.
 */
export function kafkaFailure(failure: unknown): AsofError | undefined {
  const isMany = failure instanceof kafkajs.KafkaJSAggregateError;
  if (!isMany && !(failure instanceof kafkajs.KafkaJSError)) return undefined;
  const known = connectionFailure(failure);
  if (known) return known;
  if (isRetriable(failure)) return unavailable('ASOF_KAFKA_UNAVAILABLE', 'Kafka', 'KAFKA_BROKERS', failure);
  const reasons = isMany ? failure.errors : [failure];
  const reason = reasons.map((one) => (one instanceof Error ? one.message : one)).join('; ');
  return new AsofError('ASOF_KAFKA_REFUSED', `Kafka refused a request: ${reason}. See the broker's log`, {
    cause: failure,
  });
}

/** Whether Kafka, or kafkajs, says that the same request may succeed later. */
export function isRetriable(failure: unknown): boolean {
  return failure instanceof Error && 'retriable' in failure && failure.retriable === true;
}

/**
 * The error for a broker that refuses the client or is not trusted, or for want of a token. Undefined if `failure` has another cause.
 */
function refusal(failure: unknown): AsofError | undefined {
  for (const cause of causesOf(failure)) {
    if (cause instanceof AsofError) return cause;
    const advice = adviceFor(cause);
    if (advice === undefined) continue;
    return new AsofError('ASOF_KAFKA_REFUSED', `Kafka: ${cause.message}. ${advice}`, { cause: failure });
  }
  return undefined;
}

function* causesOf(failure: unknown): Iterable<Error> {
  let cause = failure;
  for (let depth = 0; depth < DEPTH && cause instanceof Error; depth += 1, cause = cause.cause) yield cause;
}

function adviceFor(error: Error & { code?: unknown; type?: unknown }): string | undefined {
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return 'Check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM.';
  if (typeof error.code === 'string' && TLS_CODE.test(error.code))
    return 'Check KAFKA_SSL_CA, which must hold the certificate of whoever signed the broker’s, and KAFKA_SSL_CERT where the broker asks for one.';
  if (typeof error.type === 'string' && error.type.endsWith('_AUTHORIZATION_FAILED'))
    return 'Give the user of KAFKA_USERNAME that right.';
  return undefined;
}
