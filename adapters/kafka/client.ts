import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import type { Answers } from './answers.ts';
import { replaceMessageDecoder } from './batches/record-set.ts';
import { registerCodecs } from './compression/codecs.ts';

/** A client of a Kafka cluster. Code outside this folder uses this type instead of kafkajs's own. */
export type KafkaClient = Kafka;

/** The brokers (`host:port`, separated by commas), and how to authenticate to them. */
export interface KafkaConnection extends Pick<KafkaConfig, 'ssl' | 'sasl'> {
  readonly brokers: string;
}

/** Seconds between attempts would be taken for a hang by whoever waits for answers. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * Makes a Kafka client that reads every codec, and damaged batches. Its log goes to the debug level: kafkajs logs each attempt
 * that it repeats by itself, and throws the final failure, which the caller reports.
 *
 * @param answers learns of each answer of a broker.
 */
export function createKafka(
  { brokers, ...security }: KafkaConnection,
  logger: Logger,
  answers?: Answers,
): KafkaClient {
  registerCodecs();
  replaceMessageDecoder();
  return new Kafka({
    clientId: 'asof',
    brokers: brokers.split(','),
    ...security,
    ...(answers && { socketFactory: answers.sockets, retry: { maxRetryTime: LONGEST_PAUSE_MS } }),
    logLevel: logLevel.WARN,
    logCreator: toPino(logger.child({ component: 'kafka' })),
  });
}

function toPino(logger: Logger): logCreator {
  return () =>
    ({ log: { message, timestamp: _timestamp, logger: _name, ...details } }) =>
      logger.debug(details, message);
}
