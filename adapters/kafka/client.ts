import { Kafka, logLevel, type KafkaConfig, type logCreator } from 'kafkajs';
import type { Logger } from 'pino';
import { registerCodecs } from './codecs.ts';

/** Where the brokers are, separated by commas, and how to be let in. */
export interface KafkaSettings extends Pick<KafkaConfig, 'ssl' | 'sasl'> {
  readonly brokers: string;
}

/**
 * A Kafka client that reads every codec. kafkajs logs every attempt that it will itself repeat; what stays failed it throws, and whoever
 * called says so. Hence its log is for debugging alone.
 */
export function createKafka({ brokers, ...security }: KafkaSettings, logger: Logger): Kafka {
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
