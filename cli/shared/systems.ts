import type { KafkaClient } from '../../adapters/kafka/client.ts';
import { createKafka } from '../../adapters/kafka/client.ts';
import { createLogger } from '../../config/logger.ts';
import { databaseUrl, kafkaSettings } from '../../config/servers.ts';
import { type Pool, connect } from '../../db/sql/client.ts';

export interface Systems {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
}

/** Runs `work` on the offline store and Kafka, and closes what it opened. */
export function withSystems<Result>(work: (systems: Systems) => Promise<Result>): Promise<Result> {
  return withDatabase((pool) => work({ pool, kafka: createKafka(kafkaSettings(), createLogger()) }));
}

/** Runs `work` on the offline store alone. */
export async function withDatabase<Result>(work: (pool: Pool) => Promise<Result>): Promise<Result> {
  const pool = await connect(databaseUrl());
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
