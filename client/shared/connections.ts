import type { Logger } from 'pino';
import { type KafkaClient, createKafka } from '../../adapters/kafka/client.ts';
import type { MlflowAccess } from '../../adapters/mlflow/access.ts';
import { type MlflowClient, createMlflow } from '../../adapters/mlflow/client.ts';
import { type Redis, connectRedis } from '../../adapters/redis/client.ts';
import type { SchemaRegistryAccess } from '../../adapters/schema-registry/access.ts';
import { RegistrySchemas } from '../../adapters/schema-registry/registry-schemas.ts';
import { hostName } from '../../config/host.ts';
import { createLogger } from '../../config/logger.ts';
import { deploymentNamespace } from '../../config/namespace.ts';
import {
  type BatchQuerySettings,
  type KafkaSettings,
  type TemporalSettings,
  batchQuerySettings,
  databaseUrl,
  kafkaSettings,
  mlflowSettings,
  redisUrl,
  schemaRegistrySettings,
  taskQueue,
  temporalSettings,
} from '../../config/servers.ts';
import { expectNamespace } from '../../db/registry/deployment.ts';
import { type Pool, connect } from '../../db/sql/client.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { WriterSchemas } from '../../domain/log/formats/writer-schemas.ts';
import type { Namespace } from '../../domain/namespace.ts';
import { Lazy } from './lazy.ts';
import { type Temporal, connectTemporal } from './temporal.ts';

/**
 * The servers of a client. An omitted server is that of the environment, otherwise that of the running stack.
 */
export interface ServerOptions {
  /** Postgres URL of the offline store. Default: `DATABASE_URL`, otherwise the running stack's. */
  readonly databaseUrl?: string | undefined;
  /** How batch queries run. Default: `ASOF_QUERY_DATABASE_URL` and `ASOF_QUERY_TIMEOUT`. */
  readonly queries?: BatchQuerySettings | undefined;
  /** Brokers and credentials. Default: `KAFKA_…`, otherwise the running stack's. */
  readonly kafka?: KafkaSettings | undefined;
  /** The schema registry of Avro topics. Default: `SCHEMA_REGISTRY_…`; without it no topic in Avro is read. */
  readonly schemaRegistry?: SchemaRegistryAccess | undefined;
  /** URL of the online store. Default: `REDIS_URL`, otherwise the running stack's. */
  readonly redisUrl?: string | undefined;
  /** Where MLflow is, and its login. Default: `MLFLOW_TRACKING_…`, otherwise the running stack's. */
  readonly mlflow?: MlflowAccess | undefined;
  /**
   * Address, namespace, and the task queue of the workers. Defaults: `TEMPORAL_ADDRESS`, otherwise the
   * running stack's; `TEMPORAL_NAMESPACE`, otherwise `default`; `ASOF_TASK_QUEUE`, otherwise the deployment's
   * namespace.
   */
  readonly temporal?: Partial<TemporalSettings> | undefined;
  /**
   * The namespace of the deployment: what it makes on servers that it shares with others carries it. Default:
   * `ASOF_NAMESPACE`, otherwise `asof`.
   */
  readonly namespace?: string | undefined;
  /**
   * The host that has the files that this program sees: `ASOF_HOST`, otherwise this machine's name. Workers
   * with the same name build training sets from them.
   */
  readonly host?: string | undefined;
  /** A pino logger. Default: a log on standard error, with the level of `ASOF_LOG_LEVEL`. */
  readonly logger?: Logger | undefined;
}

/** Where the offline store and Kafka are. */
export interface ServerAddresses {
  /** Host and port, and the name of the database. */
  readonly postgres: { readonly address: string; readonly database: string };
  /** Host and port of the first broker. */
  readonly kafka: string;
}

function addressesOf(options: ServerOptions): ServerAddresses {
  const { hostname, port, pathname } = new URL(options.databaseUrl ?? databaseUrl());
  const { brokers } = options.kafka ?? kafkaSettings();
  return {
    postgres: { address: `${hostname}:${port || '5432'}`, database: decodeURIComponent(pathname.slice(1)) },
    kafka: brokers.split(',', 1)[0]!.trim(),
  };
}

/** The servers of one client. Each is connected to at its first use; {@link close} closes all connections. */
export class Connections {
  /** What the names on shared servers carry. */
  readonly namespace: Namespace;
  /** The task queue of the workers. */
  readonly taskQueue: string;
  readonly #pool: Lazy<Pool>;
  readonly #redis: Lazy<Redis>;
  readonly #temporal: Lazy<Temporal>;
  /** The host that has the files that this program sees. */
  readonly host: string;
  /** Where the servers are, without logins. Connects to none. */
  readonly addresses: () => ServerAddresses;
  readonly #createLogger: () => Logger;
  readonly #createKafka: () => KafkaClient;
  #kafka: KafkaClient | undefined;
  readonly #createMlflow: () => MlflowClient;
  readonly #createSchemas: () => WriterSchemas;
  #schemas: WriterSchemas | undefined;
  #closed = false;

  constructor(options: ServerOptions) {
    this.namespace = deploymentNamespace(options.namespace);
    this.taskQueue = taskQueue(this.namespace, options.temporal?.taskQueue);
    this.#pool = new Lazy(
      () => openPool(options, this.namespace),
      (pool) => pool.end(),
    );
    this.#redis = new Lazy(
      () => connectRedis(options.redisUrl ?? redisUrl()),
      (redis) => redis.disconnect(),
    );
    this.#temporal = new Lazy(
      () => connectTemporal(temporalSettings(this.namespace, options.temporal), this.namespace),
      (temporal) => temporal.close(),
    );
    this.host = options.host ?? hostName();
    this.addresses = () => addressesOf(options);
    this.#createLogger = () => options.logger ?? createLogger();
    this.#createMlflow = () =>
      createMlflow(options.mlflow ?? mlflowSettings(), { namespace: this.namespace });
    this.#createSchemas = () => new RegistrySchemas(options.schemaRegistry ?? schemaRegistrySettings());
    this.#createKafka = () => createKafka(options.kafka ?? kafkaSettings(), this.#createLogger());
  }

  /**
   * @throws AsofError `ASOF_DATABASE_UNAVAILABLE` (unavailable); `ASOF_NAMESPACE_DIFFERS`;
   * `ASOF_QUERY_SETTINGS_INVALID`.
   */
  async pool(): Promise<Pool> {
    this.#expectOpen();
    return this.#pool.get();
  }

  /** Holds no connection itself: each function of `adapters/kafka` connects and disconnects. */
  kafka(): KafkaClient {
    this.#expectOpen();
    this.#kafka ??= this.#createKafka();
    return this.#kafka;
  }

  /** MLflow. Holds no connection, and connects at each call. */
  mlflow(): MlflowClient {
    this.#expectOpen();
    return this.#createMlflow();
  }

  /** The schemas of the schema registry. They hold no connection. */
  schemas(): WriterSchemas {
    this.#expectOpen();
    this.#schemas ??= this.#createSchemas();
    return this.#schemas;
  }

  /** @throws AsofError `ASOF_REDIS_UNAVAILABLE` (unavailable). */
  async redis(): Promise<Redis> {
    this.#expectOpen();
    return this.#redis.get();
  }

  /** @throws AsofError `ASOF_TEMPORAL_UNAVAILABLE` (unavailable). */
  async temporal(): Promise<Temporal> {
    this.#expectOpen();
    return this.#temporal.get();
  }

  /** Says in the log that something goes on when the processes that hold a lock have ended their work. */
  sayWaiting(what: string): (holders: string) => void {
    return (holders) => this.#createLogger().info(`${what} waits for ${holders} of the offline store`);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#pool.close(), this.#redis.close(), this.#temporal.close()]);
  }

  #expectOpen(): void {
    if (!this.#closed) return;
    throw new AsofError('ASOF_CLIENT_CLOSED', 'this client was closed; connect() gives a new one');
  }
}

async function openPool(options: ServerOptions, namespace: Namespace): Promise<Pool> {
  const queries = options.queries ?? batchQuerySettings();
  const pool = await connect(options.databaseUrl ?? databaseUrl(), { queries });
  try {
    await expectNamespace(pool, namespace);
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}
