import type { FastifyBaseLogger } from 'fastify';
import type { MlflowAccess } from '../adapters/mlflow/access.ts';
import { createMlflow } from '../adapters/mlflow/client.ts';
import { downloadModel } from '../adapters/mlflow/download-model.ts';
import { OnnxModel } from '../adapters/onnx/onnx-model.ts';
import { connectLastingRedis } from '../adapters/redis/eviction.ts';
import { OnlineKeys } from '../adapters/redis/keys.ts';
import { RedisOnlineReader } from '../adapters/redis/online-reader.ts';
import { readEndpoints } from '../db/online/endpoints.ts';
import { openDeployment } from '../db/registry/deployment.ts';
import { connect } from '../db/sql/client.ts';
import { findModelFiles } from '../db/training/models.ts';
import { AsofError } from '../domain/errors/asof-error.ts';
import { Namespace } from '../domain/namespace.ts';
import { Redaction } from '../domain/secrets/redaction.ts';
import { secretsOf } from '../domain/secrets/secrets-of.ts';
import { fromMillis } from '../domain/time/instant.ts';
import { EndpointCatalogue } from './catalogue/endpoint-catalogue.ts';
import { servedFeatures } from './catalogue/endpoint.ts';
import { build } from './routes/app.ts';
import { closeWithin } from './routes/close-within.ts';
import type { ServingLimits } from './routes/limits.ts';

/** How long the running requests may take when the server stops, in ms. Docker kills what takes 10 s. */
const STOP_WITHIN_MS = 5_000;
/** How soon a new model version or definition is noticed, in ms. */
const CATALOGUE_MAX_AGE_MS = 5_000;
/** How soon an endpoint that was asked for before it was applied is found, in ms. */
const UNKNOWN_MAX_AGE_MS = 1_000;
const CONNECTIONS = 2;
/** Definitions and versions are read at once, or the catalogue keeps those that it has. */
const LONGEST_STATEMENT_MS = 60_000;

export interface ServingSettings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly mlflow: MlflowAccess;
  readonly host: string;
  readonly port: number;
  /** Omitted, in whole or in part: those of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<ServingLimits>;
  /** Names the process that listens on a port, where the system tells. */
  readonly holderOf?: (port: number) => string | undefined;
  /** Omitted: the default namespace. */
  readonly namespace?: Namespace;
}

export interface ServingServer {
  readonly url: string;
  /** Answers the running requests, cuts those off that take more than 5 s, and closes the connections. */
  stop(): Promise<void>;
}

/**
 * Connects to the servers and listens.
 *
 * @throws AsofError `ASOF_DATABASE_UNAVAILABLE`, `ASOF_REDIS_UNAVAILABLE`, `ASOF_REDIS_EVICTS` (unavailable);
 * `ASOF_NAMESPACE_DIFFERS`, `ASOF_RESET_UNFINISHED`; `ASOF_PORT_TAKEN`.
 */
export async function serve(settings: ServingSettings, logger: FastifyBaseLogger): Promise<ServingServer> {
  const { namespace = Namespace.default } = settings;
  const redaction = new Redaction(secretsOf(settings));
  const pool = await connect(settings.databaseUrl, {
    max: CONNECTIONS,
    longestStatement: LONGEST_STATEMENT_MS,
  });
  const redis = await openDeployment(pool, namespace)
    .then(() => connectLastingRedis(settings.redisUrl))
    .catch(async (error: unknown) => {
      await pool.end();
      throw error;
    });
  const mlflow = createMlflow(settings.mlflow, { namespace });
  const endpoints = new EndpointCatalogue(
    {
      readEndpoints: () => readEndpoints(pool),
      async loadModel(name, version) {
        const { onnx, featureSpec } = await downloadModel(mlflow, name, version, (found) =>
          findModelFiles(pool, name, found),
        );
        const model = await OnnxModel.load(onnx, featureSpec, `${name}/${version}`);
        return { model, ...servedFeatures(featureSpec) };
      },
    },
    {
      maxAgeMs: CATALOGUE_MAX_AGE_MS,
      unknownMaxAgeMs: UNKNOWN_MAX_AGE_MS,
      onError: (error) => logger.error({ err: error }, 'endpoint not updated'),
    },
  );
  const online = new RedisOnlineReader(redis, new OnlineKeys(namespace));
  const app = build({
    endpoints,
    online,
    clock: () => fromMillis(Date.now()),
    logger,
    limits: settings.limits ?? {},
    redaction,
  });
  app.addHook('onClose', async () => {
    redis.disconnect();
    await pool.end();
  });
  try {
    const url = await app.listen({ host: settings.host, port: settings.port });
    return { url, stop: () => closeWithin(app, STOP_WITHIN_MS) };
  } catch (error) {
    await app.close();
    throw isTaken(error) ? portTaken(settings, error) : error;
  }
}

function isTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function portTaken({ host, port, holderOf }: ServingSettings, cause: Error): AsofError {
  return new AsofError(
    'ASOF_PORT_TAKEN',
    `port ${port} of ${host} is taken by ${holderOf?.(port) ?? 'another process'}; end it, or set ASOF_SERVING_URL to another port, such as http://${host}:${port + 1}`,
    { details: { host, port }, cause },
  );
}
