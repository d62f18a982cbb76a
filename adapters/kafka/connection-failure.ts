import kafkajs from 'kafkajs';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';

/** How far down the causes of a failure its reason may lie: kafkajs wraps what it has tried again. */
const DEPTH = 5;

const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO$)/;

/**
 * The error of a connection that did not come about. What another attempt may help is unavailable; a broker that does
 * not let us in, or that we must not trust, needs another setting.
 */
export function notConnected(cause: unknown): AsofError {
  return refusal(cause) ?? unavailable('ASOF_KAFKA_UNAVAILABLE', 'Kafka', 'KAFKA_BROKERS', cause);
}

/** The same of a connection that came about and then failed us; undefined where the failure is another. */
export function connectionFailure(failure: unknown): AsofError | undefined {
  for (const cause of causesOf(failure)) {
    if (cause instanceof kafkajs.KafkaJSConnectionError) return notConnected(failure);
  }
  return refusal(failure);
}

/** The error of a broker that refused us or that is not to be trusted; undefined where the failure is another. */
function refusal(failure: unknown): AsofError | undefined {
  for (const cause of causesOf(failure)) {
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
