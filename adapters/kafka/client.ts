import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import type { Answers } from './answers.ts';
import { registerCodecs } from './codecs.ts';

/** A connection to a Kafka cluster; the type by which the rest of Asof hands it on. */
export type KafkaClient = Kafka;

/** Where the brokers are, separated by commas, and how to be let in. */
export interface KafkaSettings extends Pick<KafkaConfig, 'ssl' | 'sasl'> {
  readonly brokers: string;
}

/** Seconds between attempts would be taken for a hang by whoever waits for answers. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * A Kafka client that reads every codec. kafkajs logs every attempt that it will itself repeat; what stays failed it throws, and whoever
 * called says so. Hence its log is for debugging alone.
 *
 * @param answers are told of what brokers answer.
 */
export function createKafka(
  { brokers, ...security }: KafkaSettings,
  logger: Logger,
  answers?: Answers,
): KafkaClient {
  registerCodecs();
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
