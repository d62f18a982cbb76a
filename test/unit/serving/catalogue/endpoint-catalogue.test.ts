import { expect, test } from 'vitest';
import type { RegisteredEndpoint } from '../../../../db/online/endpoints.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { EndpointCatalogue } from '../../../../serving/catalogue/endpoint-catalogue.ts';

const definition = { kind: 'endpoint', name: 'churn', model: 'm', lookups: null } as const;

test('an endpoint that is applied later is found at once, and a new version soon', async () => {
  const { registry, predict } = catalogue();
  await expect(predict()).rejects.toMatchObject({ code: 'ASOF_ENDPOINT_UNKNOWN' });
  registry.endpoints = [{ definition, modelVersion: 1 }];
  expect(await predict()).toBe(1);
  registry.endpoints = [{ definition, modelVersion: 2 }];
  expect(await predict()).toBe(1);
  await expect.poll(predict).toBe(2);
  expect(registry.loads).toBe(2);
});

test('a version that cannot be loaded leaves the previous one in service', async () => {
  const { registry, errors, predict } = catalogue();
  registry.endpoints = [{ definition, modelVersion: 1 }];
  registry.broken.add(2);
  expect(await predict()).toBe(1);
  registry.endpoints = [{ definition, modelVersion: 2 }];
  await predict();
  await expect.poll(() => errors.length).toBeGreaterThan(0);
  expect(await predict()).toBe(1);
});

test('a first version that cannot be loaded is tried again', async () => {
  const { registry, predict } = catalogue();
  registry.endpoints = [{ definition, modelVersion: 1 }];
  registry.broken.add(1);
  await expect(predict()).rejects.toMatchObject({ code: 'ASOF_MODEL_NOT_SERVABLE' });
  registry.broken.clear();
  await expect.poll(() => predict().catch(() => undefined)).toBe(1);
});

/** A catalogue whose models predict their own version, on a registry that the test changes. */
function catalogue() {
  const registry = { endpoints: [] as RegisteredEndpoint[], broken: new Set<number>(), loads: 0 };
  const errors: unknown[] = [];
  const endpoints = new EndpointCatalogue(
    {
      readEndpoints: () => Promise.resolve(registry.endpoints),
      loadModel(name, version) {
        registry.loads += 1;
        if (registry.broken.has(version))
          return Promise.reject(new AsofError('ASOF_MODEL_NOT_SERVABLE', name));
        const model = { inputs: [], predict: () => Promise.resolve([version]) };
        return Promise.resolve({ model, lookups: [] });
      },
    },
    { maxAgeMs: -1, onError: (error) => errors.push(error) },
  );
  const predict = async () => (await (await endpoints.find('churn')).model!.predict([]))[0];
  return { registry, errors, predict };
}
