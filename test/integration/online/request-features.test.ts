import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { endpoint, externalTable, lookup, onlineTable, optional, required, trainingSet } from 'asof';
import { OnlineKeys } from '../../../adapters/redis/keys.ts';
import { RedisOnlineReader } from '../../../adapters/redis/online-reader.ts';
import { readEndpoints } from '../../../db/online/endpoints.ts';
import { Namespace } from '../../../domain/namespace.ts';
import type { DerivedFeature } from '../../../domain/registry/definition.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { FeatureOutputs } from '../../../schemas/serving/invocation.ts';
import { EndpointCatalogue } from '../../../serving/catalogue/endpoint-catalogue.ts';
import { build } from '../../../serving/routes/app.ts';
import { type OracleOperand, expressionValue } from '../../oracle/features/expressions.ts';
import type { Value } from '../../oracle/training-set.ts';
import { randomExpressions, randomNumbers, randomTexts } from '../../property/support/random-expressions.ts';
import { type TestDeployment, besideWorker, withDeployment } from '../../support/projects/deployment.ts';
import { csv, readParquetFile, withFolder } from '../../support/projects/training-set.ts';

const ROWS = 10_000;
const CARDS = 400;
/** Each moment is that of one request, with so many records. */
const RECORDS = 250;
const SCORED_AT = '2026-01-01T00:00:00Z';
const seed = Number(process.env.ASOF_PROPERTY_SEED ?? 2026);

const cards = externalTable({
  name: 'cards',
  primaryKeys: ['card'],
  timestamp: 'scored_at',
  features: {
    usual: 'double',
    payments: 'bigint',
    country: 'string',
    is_blocked: 'boolean',
    last_at: 'double',
  },
});
const lookups = [
  lookup(cards, {
    features: [
      'usual',
      'payments',
      { feature: 'country', as: 'home', default: 'FR' },
      'is_blocked',
      'last_at',
    ],
  }),
];
const requestFields = {
  amount: required('double'),
  rebate: optional('double'),
  items: optional('integer'),
  shop: optional('string'),
  is_online: optional('boolean'),
  device_since: optional('timestamp'),
} as const;

/** Features of all types over everything that there is to read, of which some read others. */
const requestFeatures = drawnFeatures();
const definitions = [
  cards,
  onlineTable({ table: cards }),
  trainingSet({
    name: 'payments',
    spine: { keys: ['card'], timestamp: 'paid_at', label: 'is_fraud' },
    lookups,
    requestFields,
    requestFeatures,
  }),
  endpoint({ name: 'payment', lookups, requestFields, requestFeatures }),
];

/** A row of the spine, and the request at its moment. */
interface Payment {
  readonly card: string;
  readonly moment: Instant;
  readonly request: Readonly<Record<string, string | number | boolean | null>>;
}

test('10,000 random payments: a training set has the values that the endpoint computes, and the naive interpreter', async () => {
  await withCards(async (deployment, stored) => {
    const payments = drawnPayments(ROWS);
    const [built, served] = await builtAndServed(deployment, payments);
    expectEqual(built, served);
    expectOracle(payments, stored, served);
    for (const name of names) {
      const nulls = served.filter((one) => one[name] === null).length;
      expect(nulls, `${name} is always null`).not.toBe(ROWS);
    }
  });
}, 180_000);

test('features that the spine and the request give win over looked-up and computed ones, and expressions read them', async () => {
  await withCards(async (deployment, stored) => {
    const given = fc.record({
      usual: fc.option(fc.double({ min: -9, max: 9, noNaN: true })),
      spent: fc.option(fc.integer()),
    });
    const values = fc.sample(given, { seed, numRuns: 500 });
    const payments = drawnPayments(500).map((payment, index) => ({
      ...payment,
      request: { ...payment.request, ...values[index]! },
    }));
    const [built, served] = await builtAndServed(deployment, payments);
    expectEqual(built, served);
    expectOracle(payments, stored, served);
    expect(built.notes).toEqual([
      'the spine gives 2 feature(s) itself, which win over those that are looked up: usual, spent',
    ]);
  });
}, 120_000);

/** Runs a test on a deployment with the definitions, and the rows of cards, which are published. */
async function withCards(
  work: (deployment: TestDeployment, stored: ReturnType<typeof drawnCards>) => Promise<void>,
): Promise<void> {
  await withDeployment(async (deployment) => {
    const { asof, settings } = deployment;
    await asof.apply(definitions);
    const stored = drawnCards();
    await asof.writeTable(
      'cards',
      [...stored].map(([card, values]) => ({ card, scored_at: SCORED_AT, ...values })),
    );
    await besideWorker(settings, async () => {
      await asof.online('cards').refresh();
      await work(deployment, stored);
    });
  });
}

/** The training set of payments, and the answers to their requests. */
async function builtAndServed(deployment: TestDeployment, payments: readonly Payment[]) {
  let set: (Awaited<ReturnType<typeof readParquetFile>> & { readonly notes: readonly string[] }) | undefined;
  await withFolder(async (folder) => {
    const [spine, out] = [join(folder, 'spine.csv'), join(folder, 'rows.parquet')];
    await writeFile(spine, spineOf(payments));
    const { notes } = await deployment.asof.trainingSet('payments').build({ spine, out });
    set = { ...(await readParquetFile(out)), notes };
  });
  return [set!, await servedValues(deployment, payments)] as const;
}

const names = requestFeatures.map(({ name }) => name);

function expectEqual(
  { types, rows }: Awaited<ReturnType<typeof readParquetFile>>,
  served: readonly Readonly<Record<string, unknown>>[],
): void {
  const columns = Object.keys(types);
  expect(columns.slice(-names.length)).toEqual(names);
  expect(rows).toHaveLength(served.length);
  const differing: object[] = [];
  for (const [index, row] of rows.entries()) {
    for (const [at, name] of names.entries()) {
      const value = row[columns.length - names.length + at];
      if (value !== served[index]![name])
        differing.push({ index, name, value, served: served[index]![name] });
    }
  }
  expect(differing).toEqual([]);
}

function expectOracle(
  payments: readonly Payment[],
  stored: ReadonlyMap<string, Readonly<Record<string, OracleOperand>>>,
  served: readonly Readonly<Record<string, unknown>>[],
): void {
  const differing: object[] = [];
  for (const [index, { card, moment, request }] of payments.entries()) {
    const { country: home = null, ...found } = stored.get(card) ?? { country: 'FR' };
    const { device_since } = request;
    const row: Record<string, OracleOperand> = {
      ...Object.fromEntries(['usual', 'payments', 'is_blocked', 'last_at'].map((name) => [name, null])),
      ...found,
      home,
      ...request,
      amount: Number(request.amount) + 0,
      shop: request.shop === '' ? null : request.shop!,
      device_since: device_since === null ? null : BigInt(Date.parse(String(device_since))) * 1_000n,
    };
    for (const { name, expression } of requestFeatures)
      if (!(name in request)) row[name] = expressionValue(expression, (read) => row[read]!, moment);
    for (const name of names) {
      const value = served[index]![name];
      if (!Object.is(value, row[name])) differing.push({ index, name, value, wanted: row[name] });
    }
  }
  expect(differing).toEqual([]);
}

/** The answers of the endpoint over HTTP, each request at the moment of its records. */
async function servedValues({ pool, redis, namespace }: TestDeployment, payments: readonly Payment[]) {
  let now: Instant = 0n;
  const endpoints = new EndpointCatalogue(
    { readEndpoints: () => readEndpoints(pool), loadModel: () => Promise.reject(new Error('no model')) },
    { maxAgeMs: 60_000, unknownMaxAgeMs: 0, onError: () => {} },
  );
  const online = new RedisOnlineReader(redis, new OnlineKeys(new Namespace(namespace)));
  const app = build({ endpoints, online, clock: () => now, logger: pino({ level: 'silent' }) });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const outputs: FeatureOutputs['outputs'][number][] = [];
  for (let first = 0; first < payments.length; first += RECORDS) {
    const part = payments.slice(first, first + RECORDS);
    now = part[0]!.moment;
    const response = await fetch(`${url}/serving-endpoints/payment/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dataframe_records: part.map(({ card, request }) => ({ card, ...request })) }),
    });
    const answered = (await response.json()) as FeatureOutputs;
    expect(response.status, JSON.stringify(answered)).toBe(200);
    outputs.push(...answered.outputs);
  }
  await app.close();
  return outputs;
}

function drawnFeatures(): DerivedFeature[] {
  const read = {
    number: ['amount', 'rebate', 'items', 'usual', 'payments', 'last_at'],
    text: ['shop', 'home'],
    boolean: ['is_online', 'is_blocked'],
    time: ['device_since'],
    moment: true,
  } as const;
  const first = draw('a', read, 5);
  const over = {
    ...read,
    number: [...read.number, ...first.filter(({ type }) => type === 'number').map(({ name }) => name)],
    text: [...read.text, ...first.filter(({ type }) => type === 'text').map(({ name }) => name)],
    boolean: [...read.boolean, ...first.filter(({ type }) => type === 'boolean').map(({ name }) => name)],
  };
  const fixed: DerivedFeature[] = [
    { name: 'over_usual', expression: { op: 'divide', of: ['amount', 'usual'] } },
    {
      name: 'since_last',
      expression: { op: 'seconds_between', of: [{ op: 'to_time', of: ['last_at'] }, { op: 'moment' }] },
    },
    { name: 'hour', expression: { op: 'hour_of_day', of: [{ op: 'moment' }], zone: 'Europe/Paris' } },
    { name: 'spent', expression: 'amount' },
    { name: 'sold_at', expression: 'shop' },
  ];
  const drawn = [...first, ...draw('b', over, 5)];
  return [...fixed, ...drawn.map(({ name, expression }) => ({ name, expression }))];
}

/** Random bounds of `clip` may be the wrong way round, which apply refuses. */
function draw(prefix: 'a' | 'b', read: Parameters<typeof randomExpressions>[0], count: number) {
  const expressions = randomExpressions(read);
  return (['number', 'text', 'boolean'] as const).flatMap((type, at) =>
    fc
      .sample(expressions[type], { seed: seed + at + (prefix === 'a' ? 0 : 100), numRuns: 3 * count })
      .filter((expression) => !JSON.stringify(expression).includes('"clip"'))
      .slice(0, count)
      .map((expression, index) => ({ name: `${prefix}_${type}_${index}`, type, expression })),
  );
}

function drawnCards(): Map<string, Record<string, OracleOperand>> {
  const values = fc.record({
    usual: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    payments: fc.option(fc.integer({ min: -5, max: 100 })),
    country: fc.option(fc.constantFrom('FR', 'DE', 'a "b"', 'é')),
    is_blocked: fc.option(fc.boolean()),
    last_at: fc.option(fc.double({ min: 1.7e9, max: 1.77e9, noNaN: true })),
  });
  return new Map(
    fc
      .sample(values, { seed, numRuns: CARDS })
      .map((one, index) => [`card ${index}`, { ...one, usual: one.usual === null ? null : one.usual + 0 }]),
  );
}

function drawnPayments(count: number): Payment[] {
  const request = fc.record({
    amount: fc.oneof(randomNumbers, fc.integer({ min: 0, max: 100 })),
    rebate: fc.option(randomNumbers),
    items: fc.option(fc.integer({ min: -3, max: 9 })),
    shop: fc.option(randomTexts),
    is_online: fc.option(fc.boolean()),
    device_since: fc.option(fc.integer({ min: 0, max: 1e9 }).map((at) => new Date(at * 1_700).toISOString())),
  });
  const drawn = fc.sample(fc.tuple(request, fc.integer({ min: 0, max: CARDS + 20 })), {
    seed,
    numRuns: count,
  });
  // After the publication, whenever the test runs.
  const start = BigInt(Date.parse('2060-01-01T00:00:00Z')) * 1_000n;
  return drawn.map(([request, card], index) => ({
    card: `card ${card}`,
    moment: start + BigInt(Math.floor(index / RECORDS)) * 3_599_999_999n,
    request,
  }));
}

function spineOf(payments: readonly Payment[]): string {
  const fields = Object.keys(payments[0]!.request);
  const text = (value: Value): string => (value === null ? '' : Object.is(value, -0) ? '-0' : String(value));
  return csv([
    ['card', 'paid_at', 'is_fraud', ...fields],
    ...payments.map(({ card, moment, request }, index) => [
      card,
      formatInstant(moment),
      String(index % 2),
      ...fields.map((name) => text(request[name]!)),
    ]),
  ]);
}
