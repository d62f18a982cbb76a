import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import { registerCodecs } from './codecs.ts';

/** A client of a Kafka cluster. Code outside this folder uses this type instead of kafkajs's own. */
export type KafkaClient = Kafka;

/** The brokers (`host:port`, separated by commas), and how to authenticate to them. */
export interface KafkaSettings extends Pick<KafkaConfig, 'ssl' | 'sasl'> {
  readonly brokers: string;
}

/**
 * Makes a Kafka client that reads every codec. Its log goes to the debug level: kafkajs logs each attempt
 * that it repeats by itself, and throws the final failure, which the caller reports.
 */
export function createKafka({ brokers, ...security }: KafkaSettings, logger: Logger): KafkaClient {
  registerCodecs();
  return new Kafka({
    clientId: 'asof',
    brokers: brokers.split(','),
    ...security,
    logLevel: logLevel.WARN,
    logCreator: toPino(logger.child({ component: 'kafka' })),
  });
}

function toPino(logger: Logger): logCreator {
  return () =>
    ({ log: { message, timestamp: _timestamp, logger: _name, ...details } }) =>
      logger.debug(details, message);
}
