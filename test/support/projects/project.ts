import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { KafkaClient, KafkaConnection } from '../../../adapters/kafka/client.ts';
import { createKafka } from '../../../adapters/kafka/client.ts';
import { deleteTopics } from '../../../adapters/kafka/topics.ts';
import type { SchemaRegistryAccess } from '../../../adapters/schema-registry/access.ts';
import { type Asof, connect as connectAsof } from '../../../client/index.ts';
import { deleteSchedule } from '../../../client/registry/schedules.ts';
import { type Temporal, connectTemporal } from '../../../client/shared/temporal.ts';
import type { TemporalSettings, WorkerSettings } from '../../../config/servers.ts';
import { readMade } from '../../../db/registry/made.ts';
import { type Pool, connect } from '../../../db/sql/client.ts';
import { hasTable } from '../../../db/sql/has-table.ts';
import type {
  Definition,
  EventSourceDefinition,
  StreamTableDefinition,
  StreamTableRetention,
} from '../../../domain/registry/definition.ts';
import { roleName } from '../../../domain/registry/role-names.ts';
import { retentionTasks } from '../../../domain/retention/retention.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../../domain/workflow-ids.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { administratorUrl, stackEnvironment } from '../../../stack/index.ts';
import { createWorker } from '../../../workers/worker.ts';
import { PROJECT_QUEUE, endLeftWorkflows } from '../servers/left-workflows.ts';

/**
 * The churn example on the real servers, isolated from every other test: it has its own database, topic,
 * source and task queue.
 */
export interface Project {
  readonly source: string;
  /** A client of the project. */
  readonly asof: Asof;
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly settings: WorkerSettings;
  /** The environment for child processes that work on this project. */
  readonly environment: NodeJS.ProcessEnv;
  withTemporal<Result>(work: (temporal: Temporal) => Promise<Result>): Promise<Result>;
  /** Runs `work` beside `count` workers in this process. */
  withWorkers<Result>(count: number, work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` beside a worker for each of the hosts, in this process. */
  withHosts<Result>(hosts: readonly string[], work: () => Promise<Result>): Promise<Result>;
}

/** How a project differs from the churn example. */
export interface ProjectOverrides {
  readonly source?: Partial<
    Pick<
      EventSourceDefinition,
      | 'fields'
      | 'retention'
      | 'topicPartitions'
      | 'allowedLateness'
      | 'onDataLoss'
      | 'deduplicate'
      | 'late'
      | 'kafkaTimestamps'
      | 'maxBehind'
      | 'invalid'
      | 'where'
      | 'format'
      | 'unwrap'
      | 'tombstones'
      | 'explode'
    >
  >;
  /** The retention of `user_activity_features`. */
  readonly retention?: StreamTableRetention;
  /** A Redis database that no other test uses. */
  readonly redisDatabase?: number;
  /** The tablespace of the database. */
  readonly tablespace?: string;
  /** A Kafka other than the stack's. */
  readonly kafka?: KafkaConnection;
  readonly schemaRegistry?: SchemaRegistryAccess;
  /** Stream tables beside `user_activity_features`. */
  readonly tables?: readonly StreamTableDefinition[];
}

const silent = pino({ level: 'silent' });

/** Runs a test on a new project with the definitions applied, and deletes the project afterwards. */
export async function withProject<Result>(
  overrides: ProjectOverrides,
  test: (project: Project) => Promise<Result>,
): Promise<Result> {
  const id = randomUUID().slice(0, 8);
  const source = `user-events-${id}`;
  const servers = stackEnvironment();
  const databaseUrl = await createDatabase(servers.DATABASE_URL!, `asof_${id}`, overrides.tablespace);
  const kafkaSettings = overrides.kafka ?? { brokers: servers.KAFKA_BROKERS! };
  const kafka = createKafka(kafkaSettings, silent);
  const temporal = {
    address: servers.TEMPORAL_ADDRESS!,
    namespace: 'default',
    taskQueue: `${PROJECT_QUEUE}${id}`,
  };
  const settings = {
    databaseUrl,
    kafka: kafkaSettings,
    schemaRegistry: overrides.schemaRegistry,
    redisUrl:
      servers.REDIS_URL! + (overrides.redisDatabase === undefined ? '' : `/${overrides.redisDatabase}`),
    mlflow: { uri: servers.MLFLOW_TRACKING_URI! },
    temporal,
  };
  const pool = await connect(databaseUrl);
  const asof = await connectAsof({ ...settings, logger: silent });
  const deleteProject = async () => {
    await endLeftWorkflows(temporal.taskQueue);
    await deleteSchedules(asof, temporal);
    await asof.close();
    const topics = await madeTopics(pool);
    await pool.end();
    await deleteTopics(kafka, [source, ...topics]);
    await dropDatabase(servers.DATABASE_URL!, `asof_${id}`);
  };
  return withCleanUp(deleteProject, async () => {
    await asof.apply(churnDefinitions(source, overrides));
    return test({
      source,
      asof,
      pool,
      kafka,
      settings,
      environment: {
        ...process.env,
        ...servers,
        DATABASE_URL: databaseUrl,
        REDIS_URL: settings.redisUrl,
        ASOF_TASK_QUEUE: temporal.taskQueue,
      },
      withTemporal: (work) => withTemporal(temporal, work),
      withWorkers: (count, work) =>
        withWorkers(
          Array.from({ length: count }, () => settings),
          work,
        ),
      withHosts: (hosts, work) =>
        withWorkers(
          hosts.map((host) => ({ ...settings, host })),
          work,
        ),
    });
  });
}

/**
 * Runs `work` and then `cleanUp`. If `work` fails, the call rejects with its error, even if `cleanUp` fails
 * too.
 */
async function withCleanUp<Result>(
  cleanUp: () => Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (failure) {
    await cleanUp().catch(() => {});
    throw failure;
  }
  await cleanUp();
  return result;
}

/** The topics that the project's definitions made, of sources that came along with them too. */
async function madeTopics(pool: Pool): Promise<string[]> {
  if (!(await hasTable(pool, 'asof', 'made'))) return [];
  return (await readMade(pool)).filter(({ kind }) => kind === 'topic').map(({ name }) => name);
}

function churnDefinitions(name: string, { source, retention, tables = [] }: ProjectOverrides): Definition[] {
  return [
    { ...userEvents.definition, name, topic: name, ...source },
    ...[{ ...userActivityFeatures.definition, retention }, ...tables].map((table) => ({
      ...table,
      source: name,
    })),
  ];
}

/** Runs `work` with a connection to Temporal. */
async function withTemporal<Result>(
  settings: TemporalSettings,
  work: (temporal: Temporal) => Promise<Result>,
): Promise<Result> {
  const temporal = await connectTemporal(settings);
  try {
    return await work(temporal);
  } finally {
    await temporal.close();
  }
}

/**
 * Deletes the schedules that `apply` made. Their ids come from names of tables, which projects share, so they
 * must not outlive the project.
 */
async function deleteSchedules(asof: Asof, settings: TemporalSettings): Promise<void> {
  const definitions = await asof.definitions();
  const batchTables = definitions.filter(({ kind }) => kind === 'batch_table');
  const isLimited = retentionTasks(definitions).length > 0;
  if (batchTables.length === 0 && !isLimited) return;
  await withTemporal(settings, async ({ client }) => {
    for (const { name } of batchTables) await deleteSchedule(client, batchScheduleId(name));
    if (isLimited) await deleteSchedule(client, RETENTION_WORKFLOW_ID);
  });
}

/** Runs `work` beside a worker with each of the settings, in this process. */
export async function withWorkers<Result>(
  settings: readonly WorkerSettings[],
  work: () => Promise<Result>,
): Promise<Result> {
  const workers = await Promise.all(settings.map((one) => createWorker(one, silent)));
  const running = Promise.all(workers.map((worker) => worker.run()));
  try {
    return await work();
  } finally {
    for (const worker of workers) worker.stop();
    await running;
  }
}

/** Runs `work` on an empty database of the stack's Postgres, and drops the database afterwards. */
export async function withDatabase<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const server = stackEnvironment().DATABASE_URL!;
  const name = `asof_${randomUUID().slice(0, 8)}`;
  const url = await createDatabase(server, name);
  return withCleanUp(
    () => dropDatabase(server, name),
    () => work(url),
  );
}

async function createDatabase(serverUrl: string, name: string, tablespace?: string): Promise<string> {
  await administer(serverUrl, `CREATE DATABASE ${name} ${tablespace ? `TABLESPACE ${tablespace}` : ''}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** As an administrator, since only one may end the workers that TimescaleDB has in the database. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const server = administratorUrl() ?? serverUrl;
  await administer(server, `DROP DATABASE ${name} WITH (FORCE)`);
  for (const purpose of ['query', 'reader'] as const)
    await administer(server, `DROP ROLE IF EXISTS ${roleName({ name, oid: 0 }, purpose)}`);
}

export async function administer(serverUrl: string, statement: string): Promise<void> {
  const pool = await connect(serverUrl, { max: 1 });
  await pool.query(statement);
  await pool.end();
}
