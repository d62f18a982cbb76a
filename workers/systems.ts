import type { Logger } from 'pino';
import { createKafka } from '../adapters/kafka/client.ts';
import { TopicReaders } from '../adapters/kafka/topic-readers.ts';
import { createMlflow } from '../adapters/mlflow/client.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import type { WorkerSettings } from '../config/servers.ts';
import { connect } from '../db/sql/client.ts';

/** What the activities work on, and how to let go of it. */
export async function openSystems(
  { databaseUrl, kafka: kafkaSettings, redisUrl, mlflowTrackingUri }: WorkerSettings,
  logger: Logger,
) {
  const pool = await connect(databaseUrl);
  const redis = await connectRedis(redisUrl);
  const kafka = createKafka(kafkaSettings, logger);
  const readers = new TopicReaders(kafka);
  return {
    ...{ pool, redis, kafka, readers, mlflow: createMlflow(mlflowTrackingUri) },
    async close(): Promise<void> {
      await readers.close();
      redis.disconnect();
      await pool.end();
    },
  };
}
