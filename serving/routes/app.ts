import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import type { OnlineReader } from '../../adapters/redis/online-reader.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { Redaction } from '../../domain/secrets/redaction.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type FeatureOutputs, type Predictions, invocationSchema } from '../../schemas/serving/invocation.ts';
import { recordsOf } from '../../schemas/serving/request-body.ts';
import { parseOrThrow } from '../../schemas/values/parse.ts';
import { type EndpointSource, fieldsOf } from '../catalogue/endpoint.ts';
import { answer } from './answer.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { endConnectionsWithService } from './close-within.ts';
import { type ErrorAnswer, answerTo } from './error-answer.ts';
import { DEFAULT_LIMITS, LOOK_EVERY_MS, type ServingLimits } from './limits.ts';

const MOST_CHARACTERS_OF_URL = 100;

export interface ServingDependencies {
  readonly endpoints: EndpointSource;
  readonly online: OnlineReader;
  /** The moment as of which features are looked up. */
  readonly clock: () => Instant;
  readonly logger: FastifyBaseLogger;
  /** Those that are omitted are {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<ServingLimits>;
  /** Takes the secrets out of answers to errors. Omitted: it knows none but the passwords in URLs. */
  readonly redaction?: Redaction;
}

/** Makes the HTTP service. The caller makes it listen, or injects requests. */
export function build({
  endpoints,
  online,
  clock,
  logger,
  limits = {},
  redaction = new Redaction(),
}: ServingDependencies): FastifyInstance {
  const {
    bodyBytes,
    records: mostRecords,
    headersWithinMs,
    requestWithinMs,
  } = { ...DEFAULT_LIMITS, ...limits };
  const requestSchema = invocationSchema(mostRecords);
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    requestTimeout: requestWithinMs,
    http: { headersTimeout: headersWithinMs, connectionsCheckingInterval: LOOK_EVERY_MS },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, _request, reply) => void sendAnswer(reply, answerTo(error)),
    // Records are read field by field, by the names of the endpoint's own keys and features.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  });
  app.removeContentTypeParser('text/plain');
  endConnectionsWithService(app);

  app.post<{ Params: { name: string } }>(
    '/serving-endpoints/:name/invocations',
    async ({ params, body }): Promise<Predictions | FeatureOutputs> => {
      // The moment is fixed before anything is read: a publication during the request does not change the
      // answer.
      const asOf = clock();
      const endpoint = await endpoints.find(params.name);
      const checked = parseOrThrow(requestSchema, body, 'ASOF_REQUEST_INVALID', 'the request');
      return answer(endpoint, online, recordsOf(checked, fieldsOf(endpoint)), asOf);
    },
  );
  app.get('/health', () => ({ status: 'ok' }));

  app.setNotFoundHandler(({ method, url }) => {
    throw new AsofError(
      'ASOF_ROUTE_UNKNOWN',
      `there is no ${method} ${shortened(url, MOST_CHARACTERS_OF_URL)}; invoke an endpoint with POST /serving-endpoints/NAME/invocations`,
    );
  });
  app.setErrorHandler((error, request, reply) => {
    const answered = answerTo(redaction.of(error));
    if (answered.status >= 500) request.log.error({ err: error, url: request.url }, answered.body.message);
    return sendAnswer(reply, answered);
  });
  return app;
}

function sendAnswer(reply: FastifyReply, { status, body }: ErrorAnswer): FastifyReply {
  return reply.status(status).send(body);
}
