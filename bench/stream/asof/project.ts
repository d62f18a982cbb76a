import { randomUUID } from 'node:crypto';
import type { KafkaClient } from '../../../adapters/kafka/client.ts';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { type Asof, connect as connectAsof } from '../../../client/index.ts';
import { type Temporal, connectTemporal } from '../../../client/shared/temporal.ts';
import { createLogger } from '../../../config/logger.ts';
import { kafkaSettings, temporalSettings } from '../../../config/servers.ts';
import { type Pool, connect } from '../../../db/sql/client.ts';
import { Namespace } from '../../../domain/namespace.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { withDatabase } from '../database.ts';
import { PARTITIONS } from '../events.ts';

/** The stream of the churn example on a topic, with its own database and task queue. */
export interface AsofProject {
  readonly source: string;
  readonly asof: Asof;
  readonly pool: Pool;
  /** The environment of its workers. */
  readonly environment: NodeJS.ProcessEnv;
  readonly withTemporal: <Result>(work: (temporal: Temporal) => Promise<Result>) => Promise<Result>;
}

export function kafkaClient(): KafkaClient {
  return createKafka(kafkaSettings(), createLogger('error'));
}

/** Runs `work` on a new project that reads the topic. The topic is created unless it exists. */
export async function withAsofProject<Result>(
  topic: string,
  work: (project: AsofProject) => Promise<Result>,
): Promise<Result> {
  const id = randomUUID().slice(0, 8);
  const source = `bench-${id}`;
  const temporal = { ...temporalSettings(Namespace.default), taskQueue: source };
  return withDatabase(`asof_bench_${id}`, async (url) => {
    await using asof = await connectAsof({ databaseUrl: url, temporal, logger: createLogger('error') });
    const pool = await connect(url);
    try {
      await asof.apply([
        { ...userEvents.definition, name: source, topic, topicPartitions: PARTITIONS },
        { ...userActivityFeatures.definition, source },
      ]);
      return await work({
        source,
        asof,
        pool,
        // Without a Python that trains: only the stream is measured.
        environment: { ...process.env, DATABASE_URL: url, ASOF_TASK_QUEUE: source, ASOF_PYTHON: '' },
        async withTemporal(run) {
          const connected = await connectTemporal(temporal);
          try {
            return await run(connected);
          } finally {
            await connected.close();
          }
        },
      });
    } finally {
      await pool.end();
    }
  });
}
