import { AsofError } from '../domain/errors/asof-error.ts';
import {
  type KafkaSecurity,
  type StackEnvironment,
  kafkaSecurity,
  stackEnvironment,
} from '../stack/index.ts';

/** Where a worker finds its servers, and which task queue it polls. */
export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly kafka: KafkaSettings;
  readonly redisUrl: string;
  readonly mlflowTrackingUri: string;
  readonly temporal: TemporalSettings;
  /** The Python that trains models; without it the worker leaves trainings to others. */
  readonly python?: string;
}

/** Where the brokers are, separated by commas, and how to be let in: `ssl` and `sasl` as kafkajs takes them. */
export interface KafkaSettings extends KafkaSecurity {
  readonly brokers: string;
}

/** Where Temporal is, and which of its namespaces and task queues are Asof's. */
export interface TemporalSettings {
  readonly address: string;
  readonly namespace: string;
  /** The task queue that the workers poll. */
  readonly taskQueue: string;
}

export function workerSettings(): WorkerSettings {
  return {
    databaseUrl: databaseUrl(),
    kafka: kafkaSettings(),
    redisUrl: redisUrl(),
    mlflowTrackingUri: mlflowTrackingUri(),
    temporal: temporalSettings(),
  };
}

/** What is given, and the environment for the rest. */
export function temporalSettings(given: Partial<TemporalSettings> = {}): TemporalSettings {
  return {
    address: given.address ?? serverAddress('TEMPORAL_ADDRESS'),
    namespace: given.namespace ?? process.env.TEMPORAL_NAMESPACE ?? 'default',
    taskQueue: given.taskQueue ?? process.env.ASOF_TASK_QUEUE ?? 'asof',
  };
}

export function databaseUrl(): string {
  return serverAddress('DATABASE_URL');
}

/** @throws AsofError `ASOF_KAFKA_SETTINGS_INVALID`. */
export function kafkaSettings(): KafkaSettings {
  return { brokers: serverAddress('KAFKA_BROKERS'), ...kafkaSecurity() };
}

export function redisUrl(): string {
  return serverAddress('REDIS_URL');
}

export function mlflowTrackingUri(): string {
  return serverAddress('MLFLOW_TRACKING_URI');
}

/** Where `asof serve` listens, and where it is invoked. */
export function servingUrl(): string {
  return serverAddress('ASOF_SERVING_URL');
}

/**
 * Where a server is: what the environment names, and else the running stack's.
 *
 * @throws AsofError `ASOF_SERVER_UNKNOWN` when neither knows.
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
