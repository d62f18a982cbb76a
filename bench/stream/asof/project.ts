import type { KafkaClient } from '../../../adapters/kafka/client.ts';
import { createKafka } from '../../../adapters/kafka/client.ts';
import type { Asof } from '../../../client/index.ts';
import { type Temporal, connectTemporal } from '../../../client/shared/temporal.ts';
import { createLogger } from '../../../config/logger.ts';
import { kafkaSettings } from '../../../config/servers.ts';
import type { Pool } from '../../../db/sql/client.ts';
import type { Definition } from '../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { PARTITIONS } from '../events.ts';
import { withEmptyProject } from './empty-project.ts';

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

/**
 * Runs `work` on a new project that reads the topic. The topic is created unless it exists.
 *
 * @param definitions of a source, by its name. Omitted: the churn example's stream.
 */
export async function withAsofProject<Result>(
  topic: string,
  work: (project: AsofProject) => Promise<Result>,
  definitions: (source: string) => readonly Definition[] = churnStream,
): Promise<Result> {
  return withEmptyProject(async ({ source, url, temporal, asof, pool }) => {
    await asof.apply(
      definitions(source).map((definition) =>
        definition.kind === 'event_source'
          ? { ...definition, topic, topicPartitions: PARTITIONS }
          : definition,
      ),
    );
    return work({
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
  });
}

function churnStream(source: string): Definition[] {
  return [
    { ...userEvents.definition, name: source },
    { ...userActivityFeatures.definition, source },
  ];
}
