import { pino } from 'pino';
import { type Redis, connectRedis } from '../../../adapters/redis/client.ts';
import { RedisOnlineReader } from '../../../adapters/redis/online-reader.ts';
import { definitionsFrom } from '../../../client/registry/load-definitions.ts';
import { trainingPython } from '../../../config/training.ts';
import type { ModelDefinition } from '../../../domain/registry/definition.ts';
import { createWorker } from '../../../workers/worker.ts';
import { type Project, withProject } from './project.ts';

/** A project with everything that the churn example defines, and an online store of its own. */
export interface ChurnProject extends Project {
  /** The example's model under a unique name, because MLflow keeps models forever. */
  readonly model: string;
  readonly redis: Redis;
  readonly reader: RedisOnlineReader;
}

/** A Redis database that no other test uses. */
const REDIS_DATABASE = 8;

const silent = pino({ level: 'silent' });

/** Runs a test on the whole churn example, beside a worker that also trains. */
export async function withChurnProject(test: (project: ChurnProject) => Promise<void>): Promise<void> {
  await withProject({ source: { topicPartitions: 2 }, redisDatabase: REDIS_DATABASE }, async (project) => {
    const model = `churn_${project.source.slice(-8)}`;
    await applyExample(project, model);
    const redis = await connectRedis(project.settings.redisUrl);
    await redis.flushdb();
    const worker = await createWorker({ ...project.settings, python: trainingPython() }, silent);
    const running = worker.run();
    try {
      await test({ ...project, model, redis, reader: new RedisOnlineReader(redis) });
    } finally {
      worker.stop();
      await running;
      redis.disconnect();
    }
  });
}

/** Applies everything that the example defines; its model has another name, and may have other parameters. */
export async function applyExample(
  { asof, source }: Project,
  model: string,
  parameters: ModelDefinition['parameters'] = {},
): Promise<void> {
  const existing = (await asof.definitions()).filter(({ kind }) => kind === 'event_source');
  const example = await definitionsFrom('examples/churn/definitions');
  await asof.apply([
    ...existing,
    ...example.definitions
      .filter(({ kind }) => kind !== 'event_source')
      .map((definition) => {
        if ('source' in definition) return { ...definition, source };
        if (definition.kind === 'model')
          return { ...definition, name: model, parameters: { ...definition.parameters, ...parameters } };
        if (definition.kind === 'endpoint' && definition.model !== null) return { ...definition, model };
        return definition;
      }),
  ]);
}
