import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { OnnxModel } from '../../../adapters/onnx/onnx-model.ts';
import { OnlineKeys, type RowKey } from '../../../adapters/redis/keys.ts';
import type { OnlineRead, OnlineReader, UnreadableValue } from '../../../adapters/redis/online-reader.ts';
import type { RegisteredEndpoint } from '../../../db/online/endpoints.ts';
import type { Generation } from '../../../domain/online/generation.ts';
import type { Pointer } from '../../../domain/online/publication.ts';
import type { EndpointDefinition, FeatureLookup } from '../../../domain/registry/definition.ts';
import { EndpointCatalogue } from '../../../serving/catalogue/endpoint-catalogue.ts';
import { servedFeatures } from '../../../serving/catalogue/endpoint.ts';
import { build } from '../../../serving/routes/app.ts';
import type { ServingLimits } from '../../../serving/routes/limits.ts';

const features = ['event_count_1h', 'revenue_1h', 'last_platform'];
const NOW = 1_000_000_000n;
const onlineKeys = new OnlineKeys();

const activity: FeatureLookup = {
  table: 'activity',
  features: features.map((feature) => ({
    feature,
    as: feature,
    default: feature === 'event_count_1h' ? 0 : null,
  })),
  lookupKeys: ['user_id'],
  lookback: '1 minute',
};

const expected = JSON.parse(readFileSync(new URL('model/expected.json', import.meta.url), 'utf8')) as {
  records: Record<string, string | number | null>[];
  predictions: number[];
};
export const { records, predictions } = expected;

const inputs = features.map(
  (name) => ({ name, type: name === 'last_platform' ? 'string' : 'double' }) as const,
);

/**
 * An online store in memory that counts its round trips; each user `u_n` has the model's sample record `n`.
 */
export class Store implements OnlineReader {
  readonly asked: string[][] = [];
  readonly #rows = new Map<string, Generation[] | UnreadableValue>();
  #published: boolean | UnreadableValue = true;

  constructor() {
    records.forEach((record, index) =>
      this.put(
        `u_${index}`,
        features.map((name) => record[name]!),
      ),
    );
  }

  put(user: string, values: readonly (string | number | null)[]): void {
    const row = { featureTs: NOW - 1n, version: '7', values };
    this.#rows.set(onlineKeys.row({ table: 'activity', key: [user] }), [{ sync: 1, rows: [row] }]);
  }

  /** Puts something in the place of a user's row that is none. */
  spoil(user: string): void {
    this.#rows.set(onlineKeys.row({ table: 'activity', key: [user] }), 'unreadable');
  }

  spoilPointer(): void {
    this.#published = 'unreadable';
  }

  empty(): void {
    this.#published = false;
  }

  read(tables: readonly string[], keys: readonly RowKey[]): Promise<OnlineRead> {
    this.asked.push([
      ...tables.map((table) => onlineKeys.pointer(table)),
      ...keys.map((key) => onlineKeys.row(key)),
    ]);
    const current = {
      sync: 1,
      since: 1,
      syncId: 'a',
      sequence: '1',
      publishedAt: 0n,
      availableAfter: 0n,
      features,
    };
    const pointer =
      this.#published === 'unreadable' ? this.#published : ({ current, previous: null } satisfies Pointer);
    return Promise.resolve({
      pointers: new Map(this.#published ? tables.map((table) => [table, pointer] as const) : []),
      generations: keys.map((key) => this.#rows.get(onlineKeys.row(key)) ?? []),
    });
  }
}

const endpointOf = (
  definition: Partial<EndpointDefinition> & Pick<EndpointDefinition, 'name'>,
): EndpointDefinition => ({ kind: 'endpoint', model: null, lookups: null, ...definition });

const registered: RegisteredEndpoint[] = [
  { definition: endpointOf({ name: 'churn', model: 'm' }), modelVersion: 1 },
  { definition: endpointOf({ name: 'shopper', lookups: [activity] }), modelVersion: null },
  { definition: endpointOf({ name: 'untrained', model: 'n' }), modelVersion: null },
  {
    definition: endpointOf({
      name: 'spending',
      lookups: [activity],
      requestFields: [
        { name: 'amount', type: 'double', required: true },
        { name: 'platform', type: 'string', required: false },
        { name: 'since', type: 'timestamp', required: false },
      ],
      requestFeatures: [
        { name: 'is_new', expression: { op: 'not', of: 'is_usual' } },
        { name: 'is_usual', expression: { op: 'equals', of: ['platform', 'last_platform'] } },
        { name: 'over_revenue', expression: { op: 'divide', of: ['amount', 'revenue_1h'] } },
        { name: 'seconds', expression: { op: 'seconds_between', of: ['since', { op: 'moment' }] } },
      ],
    }),
    modelVersion: null,
    inputs: [
      ...inputs,
      { name: 'is_usual', type: 'boolean' },
      { name: 'is_new', type: 'boolean' },
      { name: 'over_revenue', type: 'double' },
      { name: 'seconds', type: 'double' },
    ],
  },
];

async function loadModel(name: string) {
  const onnx = readFileSync(new URL('model/model.onnx', import.meta.url));
  const model = await OnnxModel.load(onnx, { inputs }, name);
  return { model, ...servedFeatures({ lookups: [activity], inputs }) };
}

/** The service with a model endpoint `churn` and a feature endpoint `shopper`, on a store in memory. */
export function servedApp(online = new Store(), limits: Partial<ServingLimits> = {}) {
  const endpoints = new EndpointCatalogue(
    { readEndpoints: () => Promise.resolve(registered), loadModel },
    { maxAgeMs: Infinity, unknownMaxAgeMs: 60_000, onError: () => {} },
  );
  const app = build({ endpoints, online, clock: () => NOW, logger: Fastify().log, limits });
  const invoke = async (endpoint: string, payload: unknown) => {
    const url = `/serving-endpoints/${endpoint}/invocations`;
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method: 'POST', url, headers, payload: text });
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };
  return { app, online, invoke };
}
