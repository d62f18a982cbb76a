import { type MlflowAccess, mlflowAccess } from '../adapters/mlflow/access.ts';
import { type SchemaRegistryAccess, schemaRegistryAccess } from '../adapters/schema-registry/access.ts';
import { AsofError } from '../domain/errors/asof-error.ts';
import type { Namespace } from '../domain/namespace.ts';
import { parseDuration, toMillis } from '../domain/time/duration.ts';
import {
  type KafkaSecurity,
  type StackEnvironment,
  kafkaSecurity,
  stackEnvironment,
} from '../stack/index.ts';
import { deploymentNamespace } from './namespace.ts';

/** The servers of a worker, and the task queue that it polls. */
export interface WorkerSettings {
  readonly databaseUrl: string;
  /** Where and for how long batch queries run. Omitted: as the role that `apply` makes, for 5 hours at most. */
  readonly queries?: BatchQuerySettings;
  readonly kafka: KafkaSettings;
  /** The schema registry of topics in Avro. Omitted: none are read. */
  readonly schemaRegistry?: SchemaRegistryAccess | undefined;
  readonly redisUrl: string;
  readonly mlflow: MlflowAccess;
  readonly temporal: TemporalSettings;
  /** The namespace of the deployment. Omitted: that of the environment. */
  readonly namespace?: string;
  /** The name of the host that has the files that this worker sees. Omitted: this machine's. */
  readonly host?: string;
  /** The Python that trains models. Omitted: other workers train. */
  readonly python?: string;
}

/** How the queries of batch tables run. */
export interface BatchQuerySettings {
  /** A Postgres URL of the offline store, of a role that somebody made for them. Omitted: `apply` makes one. */
  readonly url?: string | undefined;
  /** How long one may run, in ms. Omitted: 5 hours. */
  readonly longest?: number | undefined;
}

/** Brokers, separated by commas, and their security: `ssl` and `sasl` in the format of kafkajs. */
export interface KafkaSettings extends KafkaSecurity {
  readonly brokers: string;
}

/** The address of Temporal, and the namespace and task queue that Asof uses. */
export interface TemporalSettings {
  readonly address: string;
  readonly namespace: string;
  /** The task queue that the workers poll. */
  readonly taskQueue: string;
}

/**
 * @throws AsofError `ASOF_SERVER_UNKNOWN`, `ASOF_QUERY_SETTINGS_INVALID`, `ASOF_KAFKA_SETTINGS_INVALID`,
 * `ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID`, `ASOF_MLFLOW_SETTINGS_INVALID`, `ASOF_NAMESPACE_INVALID`.
 */
export function workerSettings(): WorkerSettings {
  const namespace = deploymentNamespace();
  return {
    namespace: namespace.name,
    databaseUrl: databaseUrl(),
    queries: batchQuerySettings(),
    kafka: kafkaSettings(),
    schemaRegistry: schemaRegistrySettings(),
    redisUrl: redisUrl(),
    mlflow: mlflowSettings(),
    temporal: temporalSettings(namespace),
  };
}

/** The task queue of the workers. Each namespace has one of its own. */
export function taskQueue(namespace: Namespace, given?: string): string {
  return given ?? process.env.ASOF_TASK_QUEUE ?? namespace.taskQueue;
}

/** Completes the given settings from the environment. */
export function temporalSettings(
  namespace: Namespace,
  given: Partial<TemporalSettings> = {},
): TemporalSettings {
  return {
    address: given.address ?? serverAddress('TEMPORAL_ADDRESS'),
    namespace: given.namespace ?? process.env.TEMPORAL_NAMESPACE ?? 'default',
    taskQueue: taskQueue(namespace, given.taskQueue),
  };
}

export function databaseUrl(): string {
  return serverAddress('DATABASE_URL');
}

/** @throws AsofError `ASOF_QUERY_SETTINGS_INVALID`. */
export function batchQuerySettings(): BatchQuerySettings {
  const { ASOF_QUERY_DATABASE_URL: url, ASOF_QUERY_TIMEOUT: timeout } = process.env;
  if (!timeout) return { url: url || undefined };
  const longest = parseDuration(timeout);
  if (longest === undefined || longest <= 0n || longest > LONGEST_QUERY)
    throw new AsofError(
      'ASOF_QUERY_SETTINGS_INVALID',
      `ASOF_QUERY_TIMEOUT is '${timeout}'; expected how long the query of a batch table may run, such as '30 minutes', at most '5 hours'`,
      { details: { variable: 'ASOF_QUERY_TIMEOUT' } },
    );
  return { url: url || undefined, longest: toMillis(longest) };
}

/** The activity that waits for a query ends after 6 hours. */
const LONGEST_QUERY = parseDuration('5 hours')!;

/** @throws AsofError `ASOF_KAFKA_SETTINGS_INVALID`. */
export function kafkaSettings(): KafkaSettings {
  return { brokers: serverAddress('KAFKA_BROKERS'), ...kafkaSecurity() };
}

/**
 * Undefined if `SCHEMA_REGISTRY_URL` is not set. A stack has no schema registry.
 *
 * @throws AsofError `ASOF_SCHEMA_REGISTRY_SETTINGS_INVALID`.
 */
export function schemaRegistrySettings(): SchemaRegistryAccess | undefined {
  return schemaRegistryAccess(process.env);
}

export function redisUrl(): string {
  return serverAddress('REDIS_URL');
}

/**
 * The login belongs to the server that `MLFLOW_TRACKING_URI` names. A stack's own MLflow asks for none.
 *
 * @throws AsofError `ASOF_MLFLOW_SETTINGS_INVALID`.
 */
export function mlflowSettings(): MlflowAccess {
  const address = { MLFLOW_TRACKING_URI: serverAddress('MLFLOW_TRACKING_URI') };
  return mlflowAccess(process.env.MLFLOW_TRACKING_URI ? { ...process.env, ...address } : address);
}

/** The URL at which `asof serve` listens and is called. */
export function servingUrl(): string {
  return serverAddress('ASOF_SERVING_URL');
}

/**
 * Reads the address of a server from the environment, otherwise from the running stack.
 *
 * @throws AsofError `ASOF_SERVER_UNKNOWN` if neither has one.
 */
function serverAddress(variable: keyof StackEnvironment): string {
  const address = stackEnvironment()[variable];
  if (address) return address;
  throw new AsofError(
    'ASOF_SERVER_UNKNOWN',
    `${variable} is not set and no stack is running; start the servers with: npx asof stack up, or set ${variable}`,
    { details: { variable } },
  );
}
