import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { Redaction } from '../../domain/secrets/redaction.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type FeatureOutputs, type Predictions, invocationSchema } from '../../schemas/serving/invocation.ts';
import { parseOrThrow } from '../../schemas/values/parse.ts';
import type { EndpointSource } from '../catalogue/endpoint.ts';
import { answer } from './answer.ts';
import { answerTo } from './error-answer.ts';

const BODY_LIMIT = 8 * 1024 * 1024;

export interface ServingDependencies {
  readonly endpoints: EndpointSource;
  readonly online: OnlineReader;
  /** The moment as of which features are looked up. */
  readonly clock: () => Instant;
  readonly logger: FastifyBaseLogger;
  /** Takes the secrets out of answers to errors. Omitted: it knows none but the passwords in URLs. */
  readonly redaction?: Redaction;
}

/** Makes the HTTP service. The caller makes it listen, or injects requests. */
export function build({
  endpoints,
  online,
  clock,
  logger,
  redaction = new Redaction(),
}: ServingDependencies): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
  });

  app.post<{ Params: { name: string } }>(
    '/serving-endpoints/:name/invocations',
    async ({ params, body }): Promise<Predictions | FeatureOutputs> => {
      // The moment is fixed before anything is read: a publication during the request does not change the
      // answer.
      const asOf = clock();
      const endpoint = await endpoints.find(params.name);
      const records = parseOrThrow(invocationSchema, body, 'ASOF_REQUEST_INVALID', 'the request');
      return answer(endpoint, online, records, asOf);
    },
  );
  app.get('/health', () => ({ status: 'ok' }));

  app.setNotFoundHandler(({ method, url }) => {
    throw new AsofError(
      'ASOF_ROUTE_UNKNOWN',
      `there is no ${method} ${url}; invoke an endpoint with POST /serving-endpoints/NAME/invocations`,
    );
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = answerTo(redaction.of(error));
    if (status >= 500) request.log.error({ err: error, url: request.url }, body.message);
    return reply.status(status).send(body);
  });
  return app;
}
