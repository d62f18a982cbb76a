import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { computeRequestFeatures } from '../../../../../activities/training/training-set/compute-request-features.ts';
import { foundTable, joinAsOf } from '../../../../../adapters/duckdb/as-of-join.ts';
import { candidatesOf } from '../../../../../adapters/duckdb/candidates.ts';
import { SpineTable } from '../../../../../adapters/duckdb/spine-table.ts';
import { type TrainingSetSources, readFound } from '../../../../../adapters/duckdb/training-set-file.ts';
import { compareWays, countDiffering } from '../../../../../adapters/duckdb/ways/differences.ts';
import { joinAsWay } from '../../../../../adapters/duckdb/ways/join-as-way.ts';
import { makeStarts } from '../../../../../adapters/duckdb/ways/version-starts.ts';
import { timesOf } from '../../../../../adapters/duckdb/ways/version-times.ts';
import type { TrainingSetDefinition } from '../../../../../domain/registry/definition.ts';
import type { LookupPlan } from '../../../../../domain/training/lookup-plan.ts';
import type { SpineColumn } from '../../../../../domain/training/spine.ts';
import { type TableStory, lookUpAs } from '../../../../oracle/training/ways.ts';
import type { LookupRules, Value } from '../../../../oracle/training-set.ts';
import { forAllSlow } from '../../../support/for-all.ts';
import { moments, randomStories, versionsOf } from '../../../support/random-story.ts';

const MINUTE = 60_000_000n;
const WAYS = ['latest', 'as-known', 'as-served'] as const;

const columns: readonly SpineColumn[] = [
  { name: 'user', role: 'key' },
  { name: 'shop', role: 'key' },
  { name: 'at', role: 'timestamp' },
  { name: 'amount', role: 'request', field: { type: 'double', required: false } },
];
const definition: TrainingSetDefinition = {
  kind: 'training_set',
  name: 'random',
  spine: { keys: ['user'], timestamp: 'at', label: 'label', split: null },
  lookups: [],
  requestFields: [{ name: 'amount', type: 'double', required: false }],
  requestFeatures: [
    { name: 'over', expression: { op: 'coalesce', of: [{ op: 'subtract', of: ['amount', 'price'] }, -1] } },
  ],
};

const key = fc.tuple(fc.constantFrom('a', 'b', 'null'), fc.constantFrom('x', 'y'));
const price = fc.option(fc.integer({ min: -3, max: 3 }));
const values = fc.tuple(price, fc.constantFrom('', 'p', null), fc.option(fc.boolean()));
const rules = fc.record({
  availableAfter: fc.constantFrom(0n, 1n, 30n * MINUTE),
  lookback: fc.constantFrom(null, 1n, 60n * MINUTE),
  defaults: fc.constantFrom<readonly Value[]>([null, null, null], [7, 'none', true]),
});
/** At a moment that something happens, or a microsecond from it. */
const asked = fc
  .tuple(moments, fc.constantFrom(-1n, 0n, 0n, 1n, 30n * MINUTE, 60n * MINUTE))
  .map(([moment, more]) => moment + more);
const spines = fc.array(
  fc.record({ key, moment: asked, amount: fc.option(fc.integer({ min: 0, max: 2 })) }),
  {
    minLength: 1,
    maxLength: 40,
    size: 'max',
  },
);

test('in each way, a row is what the naive look-up finds in what that way has seen, and so are its differences', async () => {
  const cases = fc.tuple(randomStories(key, values), rules, spines);
  await forAllSlow(cases, 20, async ([story, rule, spine]) => {
    const given = WAYS.map((way) => spine.map((row) => lookUpAs(way, story, rule, row)));
    const plan = planOf(rule);
    for (const [index, way] of WAYS.entries()) {
      const connection = await (await DuckDBInstance.create()).connect();
      await makeSpine(connection, spine);
      await makeCandidates(connection, story);
      for (const timed of ['as-known', 'as-served'] as const)
        await makeStarts(connection, { index: 0, plan, way: timed });
      const join = { index: 0, plan, columns, rows: 'spine', into: foundTable(0) };
      await (way === 'latest'
        ? joinAsOf(connection, { ...join, hasVersions: true })
        : joinAsWay(connection, { ...join, way }));
      expect(await rowsFound(connection, plan, spine.length)).toEqual(
        spine.map(({ amount }, n) => [
          ...given[index]![n]!.values,
          over(amount, given[index]![n]!.values[0]),
        ]),
      );
      for (const [otherIndex, other] of WAYS.entries()) {
        if (other === way) continue;
        const compared = await compareWays(connection, { index: 0, plan, columns, built: way, other });
        expect(compared).toEqual(differencesOf(given[index]!, given[otherIndex]!));
        expect(await countDiffering(connection, other)).toBe(
          spine.filter((_, n) => !isEqual(given[index]![n]!.values, given[otherIndex]![n]!.values)).length,
        );
      }
      connection.closeSync();
    }
  });
}, 60_000);

function planOf({ availableAfter, lookback, defaults }: LookupRules): LookupPlan {
  const feature = (name: string, type: 'bigint' | 'string' | 'boolean', at: number) =>
    ({ feature: name, as: name, type, default: defaults[at] as string | number | boolean | null }) as const;
  return {
    table: 'prices',
    primaryKeys: ['user', 'shop'],
    lookupKeys: ['user', 'shop'],
    availableAfter,
    lookback,
    features: [feature('price', 'bigint', 0), feature('kind', 'string', 1), feature('sold', 'boolean', 2)],
  };
}

interface SpineRow {
  readonly key: readonly string[];
  readonly moment: bigint;
  readonly amount: number | null;
}

async function makeSpine(connection: DuckDBConnection, spine: readonly SpineRow[]): Promise<void> {
  const table = await SpineTable.create(connection, columns);
  table.append(spine.map(({ key, moment, amount }) => [...key, moment, amount]));
  table.close();
}

/** The candidates of the lookup, and since when each of their writes was known, and published. */
async function makeCandidates(connection: DuckDBConnection, story: TableStory): Promise<void> {
  await connection.run(`
    CREATE TABLE ${candidatesOf(0)} (k0 VARCHAR, k1 VARCHAR, ts BIGINT, written BIGINT, superseded BIGINT,
      e0 BIGINT, e1 VARCHAR, e2 BOOLEAN);
    CREATE TABLE ${timesOf(0)} (sequence BIGINT, known BIGINT, published BIGINT, record BIGINT, history BOOLEAN)`);
  const versions = versionsOf(story).map(({ key, feature_ts, sequence, superseded, values }) =>
    [...key, feature_ts, sequence, superseded, ...values!].map(sqlOf).join(', '),
  );
  if (versions.length > 0)
    await connection.run(`INSERT INTO ${candidatesOf(0)} VALUES (${versions.join('), (')})`);
  const writes = new Map(story.changes.map((change) => [change.sequence, change]));
  const times = [...writes.values()].map(({ sequence, knownAt, earliestRecord, isHistory }) => {
    const published = story.syncs.find((sync) => sync.sequence >= sequence)?.publishedAt ?? null;
    return [sequence, knownAt, published, earliestRecord, isHistory].map(sqlOf).join(', ');
  });
  if (times.length > 0) await connection.run(`INSERT INTO ${timesOf(0)} VALUES (${times.join('), (')})`);
}

function sqlOf(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** The looked-up features of each row, and the request feature, in the order of the spine. */
async function rowsFound(connection: DuckDBConnection, plan: LookupPlan, rows: number): Promise<Value[][]> {
  const sources: TrainingSetSources = {
    columns,
    labelType: 'double',
    lookups: [plan],
    computed: [{ name: 'over', type: 'double' }],
  };
  await computeRequestFeatures(connection, definition, sources, { rows, report: () => {} });
  const found: [bigint, Value[]][] = [];
  for await (const part of readFound(connection, sources, ['price', 'kind', 'sold'], {
    first: 0,
    end: rows,
  })) {
    for (const [n, price, ...rest] of part)
      found.push([n as bigint, [typeof price === 'bigint' ? Number(price) : price!, ...rest]]);
  }
  const computed = await connection.runAndReadAll('SELECT n, r0 FROM computed ORDER BY n');
  const over = computed.getRows().map((row) => row[1] as number);
  return found
    .sort(([one], [other]) => Number(one - other))
    .map(([n, values]) => [...values, over[Number(n)]!]);
}

function over(amount: number | null, price: Value | undefined): number {
  return amount === null || price === null ? -1 : amount - Number(price);
}

interface Found {
  readonly values: readonly Value[];
}

function differencesOf(here: readonly Found[], there: readonly Found[]) {
  return ['price', 'kind', 'sold'].flatMap((feature, at) => {
    const pairs = here.map(({ values }, n) => [values[at]!, there[n]!.values[at]!] as const);
    const differing = pairs.filter(([one, other]) => one !== other);
    const sizes = differing
      .filter(([one, other]) => at === 0 && one !== null && other !== null)
      .map(([one, other]) => Math.abs(Number(one) - Number(other)));
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const size =
      sizes.length === 0
        ? { meanSize: null, maxSize: null }
        : { meanSize: Number(mean.toPrecision(6)), maxSize: Math.max(...sizes) };
    return differing.length === 0 ? [] : [{ feature, rows: differing.length, ...size }];
  });
}

function isEqual(one: readonly Value[], other: readonly Value[]): boolean {
  return one.every((value, at) => value === other[at]);
}
