import { Kafka, logLevel } from 'kafkajs';
import { kafkaSecurity } from './security.ts';

const TIMEOUT_MS = 3_000;

/**
 * Asks the brokers (`host:port`, separated by commas) for metadata. The controller provides it, so an answer
 * means that the broker is registered and can lead partitions. The security settings of the environment apply
 * only to the brokers that `KAFKA_BROKERS` names.
 *
 * @throws the driver's error if the brokers do not answer.
 */
export async function askKafka(brokers: string): Promise<void> {
  const client = new Kafka({
    brokers: brokers.split(','),
    clientId: 'asof-stack',
    ...(brokers === process.env.KAFKA_BROKERS ? kafkaSecurity() : {}),
    logLevel: logLevel.NOTHING,
    connectionTimeout: TIMEOUT_MS,
    requestTimeout: TIMEOUT_MS,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    await admin.fetchTopicMetadata();
    const { brokers: alive } = await admin.describeCluster();
    if (alive.length === 0) throw new Error('no broker is registered yet');
  } finally {
    await admin.disconnect();
  }
}
