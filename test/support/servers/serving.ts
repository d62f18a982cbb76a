import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { expect } from 'vitest';
import { createMlflow } from '../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../adapters/mlflow/download-model.ts';
import { OnnxModel } from '../../../adapters/onnx/onnx-model.ts';
import { readEndpoints } from '../../../db/online/endpoints.ts';
import { findModelFiles } from '../../../db/training/models.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { FeatureOutputs, Predictions } from '../../../schemas/serving/invocation.ts';
import { EndpointCatalogue } from '../../../serving/catalogue/endpoint-catalogue.ts';
import { servedFeatures } from '../../../serving/catalogue/endpoint.ts';
import { build } from '../../../serving/routes/app.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import type { ChurnProject } from '../projects/churn-project.ts';

/** The serving app of a project; each request names the moment as of which it is answered. */
export interface ServedAt {
  features(user: string, moment: Instant): Promise<FeatureOutputs>;
  prediction(user: string, moment: Instant): Promise<number>;
  close(): Promise<void>;
}

/** Serves a project's endpoints from the real servers, with a clock that each request sets. */
export function serveAt({ pool, reader }: Pick<ChurnProject, 'pool' | 'reader'>): ServedAt {
  let now: Instant | undefined;
  const mlflow = createMlflow({ uri: stackEnvironment().MLFLOW_TRACKING_URI! });
  const endpoints = new EndpointCatalogue(
    {
      readEndpoints: () => readEndpoints(pool),
      async loadModel(name, version) {
        const { onnx, featureSpec } = await downloadModel(mlflow, name, version, (found) =>
          findModelFiles(pool, name, found),
        );
        const model = await OnnxModel.load(onnx, featureSpec, name);
        return { model, ...servedFeatures(featureSpec) };
      },
    },
    { maxAgeMs: 60_000, unknownMaxAgeMs: 0, onError: () => {} },
  );
  const app = build({ endpoints, online: reader, clock: () => now!, logger: pino({ level: 'silent' }) });
  const ask = async <Answer>(endpoint: string, user: string, moment: Instant): Promise<Answer> => {
    now = moment;
    return invoke<Answer>(app, endpoint, user);
  };
  return {
    features: (user, moment) => ask<FeatureOutputs>('shopper', user, moment),
    prediction: async (user, moment) =>
      Number((await ask<Predictions>('churn', user, moment)).predictions[0]),
    close: () => app.close(),
  };
}

async function invoke<Answer>(app: FastifyInstance, endpoint: string, user: string): Promise<Answer> {
  const response = await app.inject({
    method: 'POST',
    url: `/serving-endpoints/${endpoint}/invocations`,
    payload: { dataframe_records: [{ user_id: user }] },
  });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}
