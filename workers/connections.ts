import type { Logger } from 'pino';
import { expectAnswers, reportAlive, whoAsks } from '../activities/shared/progress.ts';
import { Answers } from '../adapters/kafka/answers.ts';
import { createKafka } from '../adapters/kafka/client.ts';
import { TopicReaders } from '../adapters/kafka/topic-readers.ts';
import { createMlflow } from '../adapters/mlflow/client.ts';
import { connectRedis } from '../adapters/redis/client.ts';
import { refuseEviction } from '../adapters/redis/eviction.ts';
import { OnlineKeys } from '../adapters/redis/keys.ts';
import { RegistrySchemas } from '../adapters/schema-registry/registry-schemas.ts';
import type { WorkerSettings } from '../config/servers.ts';
import { connect } from '../db/sql/client.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { Opened } from './opened.ts';

/** The number of activities that a worker runs in parallel. */
export const ACTIVITIES_AT_ONCE = 8;
/** The number of activities on the files of its host that it runs beside them. */
export const FILE_ACTIVITIES_AT_ONCE = 2;
/**
 * A shard commits one micro-batch while it reads the next. With two connections each, no activity waits for
 * another. A batch query has one more, for itself.
 */
const CONNECTIONS_EACH = 2;

/** Connects to the systems that the activities use. */
export async function openConnections(
  { databaseUrl, queries, kafka: kafkaSettings, schemaRegistry, redisUrl, mlflow }: WorkerSettings,
  namespace: Namespace,
  logger: Logger,
  opened: Opened,
) {
  const pool = await connect(databaseUrl, {
    max: CONNECTIONS_EACH * (ACTIVITIES_AT_ONCE + FILE_ACTIVITIES_AT_ONCE),
    whoAsks,
    queries,
  });
  opened.closeBy(() => pool.end());
  const redis = await connectRedis(redisUrl);
  opened.closeBy(() => redis.disconnect());
  // Streams and batches need no online store, so the worker starts. Publishing fails with the same words.
  await refuseEviction(redis).catch((error: Error) => logger.warn(error.message));
  const answers = new Answers(expectAnswers);
  const kafka = createKafka(kafkaSettings, logger, answers);
  const readers = new TopicReaders(kafka, answers);
  opened.closeBy(() => readers.close());
  return {
    pool,
    redis,
    kafka,
    readers,
    schemas: new RegistrySchemas(schemaRegistry),
    namespace,
    keys: new OnlineKeys(namespace),
    mlflow: createMlflow(mlflow, { namespace, onAnswer: reportAlive }),
  };
}
