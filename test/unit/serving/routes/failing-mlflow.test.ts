import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../../adapters/mlflow/download-model.ts';
import type { RegisteredEndpoint } from '../../../../db/online/endpoints.ts';
import { EndpointCatalogue } from '../../../../serving/catalogue/endpoint-catalogue.ts';
import { build } from '../../../../serving/routes/app.ts';
import { Store } from '../served-app.ts';

/** In every answer of this MLflow. Nothing of it is for the callers of an endpoint. */
const INTERNAL = 'internal-of-mlflow';
const definition = { kind: 'endpoint', name: 'churn', model: 'm', lookups: null } as const;

const refusal = (status: number, error_code: string): RequestListener => {
  const text = JSON.stringify({ error_code, message: INTERNAL.repeat(50_000) });
  return (_request, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(text);
};
const file =
  (content: string): RequestListener =>
  (request, response) => {
    const isUri = request.url!.includes('get-download-uri');
    response.end(isUri ? '{"artifact_uri":"mlflow-artifacts:/1/a"}' : content);
  };

test.each<[string, string, RequestListener]>([
  ['refuses a login', 'ASOF_MLFLOW_REFUSED', refusal(401, 'UNAUTHENTICATED')],
  ['refuses a right', 'ASOF_MLFLOW_REFUSED', refusal(403, 'PERMISSION_DENIED')],
  [
    'refuses without words',
    'ASOF_MLFLOW_REFUSED',
    (_request, response) => response.writeHead(418).end(INTERNAL),
  ],
  ['has no such model', 'ASOF_MODEL_UNKNOWN', refusal(404, 'RESOURCE_DOES_NOT_EXIST')],
  ['is busy', 'ASOF_MLFLOW_UNAVAILABLE', refusal(429, 'REQUEST_LIMIT_EXCEEDED')],
  ['fails', 'ASOF_MLFLOW_UNAVAILABLE', refusal(500, 'INTERNAL_ERROR')],
  ['hangs up', 'ASOF_MLFLOW_UNAVAILABLE', (request) => request.socket.destroy()],
  [
    'is something else',
    'ASOF_MLFLOW_ANSWER_INVALID',
    (_request, response) => response.end(`<html>${INTERNAL}</html>`),
  ],
  [
    'keeps its files elsewhere',
    'ASOF_MLFLOW_ARTIFACTS_UNSUPPORTED',
    (_request, response) => response.end(`{"artifact_uri":"s3://${INTERNAL}/1/a"}`),
  ],
  ['has a specification that is not JSON', 'ASOF_MODEL_NOT_SERVABLE', file('{')],
  ['has a specification that is none', 'ASOF_MODEL_NOT_SERVABLE', file('{}')],
])(
  'an MLflow that %s is no fault of the caller, who hears nothing of its words',
  async (_what, code, listener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const mlflow = createMlflow({ uri: `http://127.0.0.1:${port}` });
    const app = build({
      endpoints: new EndpointCatalogue(
        {
          readEndpoints: () =>
            Promise.resolve([{ definition, modelVersion: 1 } satisfies RegisteredEndpoint]),
          async loadModel(name, version) {
            await downloadModel(mlflow, name, version, () => Promise.resolve(null));
            throw new Error('this model is not for serving');
          },
        },
        { maxAgeMs: 60_000, unknownMaxAgeMs: 60_000, onError: () => {} },
      ),
      online: new Store(),
      clock: () => 0n,
      logger: Fastify().log,
    });
    try {
      const response = await app.inject({
        method: 'POST',
        url: '/serving-endpoints/churn/invocations',
        payload: { inputs: [{ user_id: 'u_1' }] },
      });
      expect({ status: response.statusCode, ...response.json<object>() }).toMatchObject({
        status: 503,
        error_code: code,
      });
      expect(response.body.length).toBeLessThan(4_096);
      for (const internal of [INTERNAL, String(port), '127.0.0.1'])
        expect(response.body).not.toContain(internal);
    } finally {
      await app.close();
      server.close();
    }
  },
);
