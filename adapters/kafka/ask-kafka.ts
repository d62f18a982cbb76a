import { Kafka, logLevel } from 'kafkajs';
import { kafkaSecurity } from './security.ts';

const TIMEOUT_MS = 3_000;

/**
 * Metadata comes from the controller: an answer means that the broker is registered and leads. The environment says how
 * to be let in by the brokers that it names.
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
