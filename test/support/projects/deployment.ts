import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { batchTable, count, eventSource, onlineTable, optional, required, streamTable } from 'asof';
import { type Asof, connect as connectAsof } from 'asof/client';
import { type Redis, connectRedis } from '../../../adapters/redis/client.ts';
import type { WorkerSettings } from '../../../config/servers.ts';
import { type Pool, connect } from '../../../db/sql/client.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { createWorker } from '../../../workers/worker.ts';
import { withDatabase } from './project.ts';

/** A deployment on the stack's servers, in a namespace of its own. */
export interface TestDeployment {
  readonly namespace: string;
  readonly settings: WorkerSettings;
  readonly asof: Asof;
  readonly pool: Pool;
  readonly redis: Redis;
}

const silent = pino({ level: 'silent' });

/** A Redis database that no other test uses. */
const REDIS_DATABASE = 6;

export const HABITS = 'cafe_habits';
export const VISITS = 'cafe_visits';
export const ORDERS = 'cafe-orders';

/** The same definitions for every deployment: a source, a table of each kind, an online table, retention. */
export function cafe() {
  const orders = eventSource({
    name: ORDERS,
    entity: 'guest',
    eventTime: 'at',
    topicPartitions: 2,
    fields: { guest: required('string'), drink: optional('string'), at: required('timestamp') },
    retention: { raw: '3650 days' },
  });
  const visits = streamTable({
    name: VISITS,
    source: orders,
    window: { length: '1 hour', slide: '1 hour' },
    features: { orders_1h: count() },
  });
  const habits = batchTable({
    name: HABITS,
    source: orders,
    schedule: '0 0 * * *',
    reads: '365 days',
    features: { orders: 'bigint' },
    sql: 'SELECT guest, count(*) AS orders FROM events GROUP BY guest',
  });
  return [orders, visits, habits, onlineTable({ table: visits })];
}

/** Runs `work` on a new deployment, and resets it afterwards. */
export async function withDeployment<Result>(
  work: (deployment: TestDeployment) => Promise<Result>,
): Promise<Result> {
  return withDatabase((databaseUrl) => withDeploymentIn(databaseUrl, work));
}

/** Runs `work` on a new deployment in an empty database, and resets it afterwards. */
export async function withDeploymentIn<Result>(
  databaseUrl: string,
  work: (deployment: TestDeployment) => Promise<Result>,
): Promise<Result> {
  const namespace = `t${randomUUID().slice(0, 8)}`;
  const servers = stackEnvironment();
  const settings = {
    databaseUrl,
    namespace,
    kafka: { brokers: servers.KAFKA_BROKERS! },
    redisUrl: `${servers.REDIS_URL!}/${REDIS_DATABASE}`,
    mlflow: { uri: servers.MLFLOW_TRACKING_URI! },
    temporal: { address: servers.TEMPORAL_ADDRESS!, namespace: 'default', taskQueue: namespace },
  };
  await using asof = await connectAsof({ ...settings, logger: silent });
  const pool = await connect(databaseUrl);
  const redis = await connectRedis(settings.redisUrl);
  try {
    return await work({ namespace, settings, asof, pool, redis });
  } finally {
    await asof.reset({ force: true }).catch(() => {});
    redis.disconnect();
    await pool.end();
  }
}

/** Runs `work` beside a worker of the deployment. */
export async function besideWorker<Result>(
  settings: WorkerSettings,
  work: () => Promise<Result>,
): Promise<Result> {
  const worker = await createWorker(settings, silent);
  const running = worker.run();
  try {
    return await work();
  } finally {
    worker.stop();
    await running;
  }
}
