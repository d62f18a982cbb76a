import { afterEach, expect, test, vi } from 'vitest';
import type { RegisteredEndpoint } from '../../../../db/online/endpoints.ts';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { EndpointCatalogue } from '../../../../serving/catalogue/endpoint-catalogue.ts';
import { servedFeatures } from '../../../../serving/catalogue/endpoint.ts';

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

test('unknown names cost one read of the registry a second, however many are asked for, also while it fails', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  const { registry, find } = catalogue({ maxAgeMs: 5_000, unknownMaxAgeMs: 1_000 });
  const askForMany = async () => {
    const asked = Array.from({ length: 100 }, (_, index) => find(`unknown-${index}`));
    const messages = asked.map((each) => each.then(String, (error: Error) => error.message));
    return new Set(await Promise.all(messages));
  };
  registry.isAway = true;
  expect(await askForMany()).toEqual(new Set(['the registry is away']));
  expect(await askForMany()).toEqual(new Set(['the registry is away']));
  expect(registry.reads).toBe(1);
  registry.isAway = false;
  registry.endpoints = [{ definition, modelVersion: 1 }];
  now.mockReturnValue(1_001);
  expect((await askForMany()).size).toBe(100);
  now.mockReturnValue(2_000);
  await askForMany();
  expect((await find('churn')).name).toBe('churn');
  expect(registry.reads).toBe(2);
  now.mockReturnValue(2_002);
  await askForMany();
  expect(registry.reads).toBe(3);
});

afterEach(() => void vi.restoreAllMocks());

/** A catalogue whose models predict their own version, on a registry that the test changes. */
function catalogue(ages = { maxAgeMs: -1, unknownMaxAgeMs: -1 }) {
  const registry = {
    endpoints: [] as RegisteredEndpoint[],
    broken: new Set<number>(),
    isAway: false,
    loads: 0,
    reads: 0,
  };
  const errors: unknown[] = [];
  const endpoints = new EndpointCatalogue(
    {
      readEndpoints() {
        registry.reads += 1;
        if (registry.isAway) return Promise.reject(new Error('the registry is away'));
        return Promise.resolve(registry.endpoints);
      },
      loadModel(name, version) {
        registry.loads += 1;
        if (registry.broken.has(version))
          return Promise.reject(new AsofError('ASOF_MODEL_NOT_SERVABLE', name));
        const model = { inputs: [], predict: () => Promise.resolve([version]) };
        return Promise.resolve({ model, ...servedFeatures({ lookups: [], inputs: [] }) });
      },
    },
    { ...ages, onError: (error) => errors.push(error) },
  );
  const find = (name: string) => endpoints.find(name);
  const predict = async () => (await (await find('churn')).model!.predict([]))[0];
  return { registry, errors, find, predict };
}
