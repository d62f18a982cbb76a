import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregatorOf } from '../../../../domain/aggregation/aggregates.ts';
import type { Aggregator } from '../../../../domain/aggregation/aggregator.ts';
import type { AggregateDefinition } from '../../../../domain/registry/definition.ts';
import { countedValues, cut, distinctCount, roomOf } from '../../../oracle/limits.ts';
import { forAll } from '../../support/for-all.ts';

/** What an aggregate of some values is, from its definition alone. */
type Rule = (values: readonly (string | number)[]) => { value: string | number | null; isExact: boolean };

interface Case {
  readonly kind: AggregateDefinition;
  readonly sharing?: number;
  readonly rule: Rule;
}

const few = { exactUpTo: 20 };
const room = roomOf(few.exactUpTo);

const cases: Record<string, Case> = {
  'a distinct count with few values': {
    kind: { aggregate: 'count_distinct', ...few },
    rule: (values) => distinct(values, room),
  },
  'a distinct count in a table with many of them': {
    kind: { aggregate: 'count_distinct' },
    sharing: 2 ** 18,
    rule: (values) => distinct(values, roomOf(65_536, 2 ** 18)),
  },
  'a histogram': { kind: { aggregate: 'histogram', ...few }, rule: (values) => histogram(values, room) },
  'a histogram in a table with many of them': {
    kind: { aggregate: 'histogram' },
    sharing: 2 ** 18,
    rule: (values) => histogram(values, roomOf(65_536, 2 ** 18)),
  },
  'the most frequent value': { kind: { aggregate: 'most_frequent', ...few }, rule: mostFrequent },
  'the diversity of values': { kind: { aggregate: 'diversity', ...few }, rule: diversity },
  'the most frequent values': { kind: { aggregate: 'top_k', k: 3, ...few }, rule: topThree },
  'a set': {
    kind: { aggregate: 'collect_set', bound: 1_000 },
    rule: (values) => listOf(sorted([...new Set(values.map(cut))]), values),
  },
  'the last values': {
    kind: { aggregate: 'last_k', k: 1_000 },
    rule: (values) => listOf(values.map(cut), values),
  },
};

const texts = fc.oneof(
  { weight: 8, arbitrary: fc.nat(60).map((index) => `value ${index}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1_020, max: 1_030 }), fc.constantFrom('', '…', '😀', '😀😀'), fc.nat(2))
      .map(([length, middle, end]) => `${'x'.repeat(length - middle.length)}${middle}${'y'.repeat(end)}`),
  },
);
const numbers = fc.oneof(fc.integer(), fc.nat(60), fc.double({ noNaN: true, noDefaultInfinity: true }));
const lists = fc.oneof(
  fc.array(texts, { maxLength: 80, size: 'max' }),
  fc.array(numbers, { maxLength: 80, size: 'max' }),
);

describe.each(Object.entries(cases))('%s', (_what, { kind, sharing, rule }) => {
  const aggregator = aggregatorOf(
    { ...kind, name: 'feature', field: 'field', where: null, over: null },
    sharing,
  );

  test('is what the rules say of the values', () => {
    forAll(lists, (values) => {
      const partial = partialOf(aggregator, values);
      const { value, isExact } = rule(values.map((one) => (typeof one === 'number' ? one || 0 : one)));
      expect(aggregator.finish(partial)).toBe(value);
      expect(aggregator.isApproximate!(partial)).toBe(!isExact);
    });
  });

  test('has the same bytes however the values are cut and merged', () => {
    forAll(
      fc.record({ values: lists, cuts: fc.array(fc.nat(80), { maxLength: 5 }), turn: fc.nat() }),
      (one) => {
        const bounds = [0, ...one.cuts.map((at) => Math.min(at, one.values.length)), one.values.length];
        bounds.sort((a, b) => a - b);
        let parts = bounds
          .slice(1)
          .map((to, index) => partialOf(aggregator, one.values.slice(bounds[index], to), bounds[index]));
        for (let turn = one.turn; parts.length > 1; turn = turn >>> 1) {
          const at = turn % (parts.length - 1);
          const merged = aggregator.merge([parts[at + 1], parts[at]]);
          parts = [...parts.slice(0, at), stored(aggregator, merged), ...parts.slice(at + 2)].reverse();
        }
        const whole = partialOf(aggregator, one.values);
        expect(JSON.stringify(aggregator.encode(parts[0]))).toBe(JSON.stringify(aggregator.encode(whole)));
      },
    );
  });
});

test('a sketch of thousands of values is that of all of them, in a hundredth of their room', () => {
  const aggregator = aggregatorOf({
    aggregate: 'count_distinct',
    exactUpTo: 2_000,
    name: 'feature',
    field: 'field',
    where: null,
    over: null,
  });
  for (const many of [1_999, 2_000, 2_001, 20_000]) {
    const values = Array.from({ length: many }, (_, index) => `session ${index}`);
    const parts = [0, 1, 2].map((part) =>
      partialOf(
        aggregator,
        values.filter((_, index) => index % 3 === part),
      ),
    );
    const merged = aggregator.merge(parts);
    expect(aggregator.finish(merged)).toBe(distinctCount(values, roomOf(2_000)).count);
    expect(aggregator.isApproximate!(merged)).toBe(many > 2_000);
    expect(JSON.stringify(aggregator.encode(merged)).length).toBeLessThan(many > 2_000 ? 20_000 : 40_000);
  }
});

function distinct(values: readonly (string | number)[], within: ReturnType<typeof roomOf>) {
  const { count, isExact } = distinctCount(values, within);
  return { value: count, isExact };
}

function histogram(values: readonly (string | number)[], within: ReturnType<typeof roomOf>) {
  const counted = countedValues(values, within);
  const members = sorted([...new Set(counted.values)]).map(
    (value) => `${JSON.stringify(`${value}`)}:${counted.values.filter((one) => one === value).length}`,
  );
  return { value: `{${members.join(',')}}`, isExact: counted.isExact };
}

function topThree(values: readonly (string | number)[]) {
  const counted = countedValues(values, room);
  const times = (value: string | number) => counted.values.filter((one) => one === value).length;
  const top = sorted([...new Set(counted.values)]).sort((a, b) => times(b) - times(a));
  return { value: JSON.stringify(top.slice(0, 3)), isExact: counted.isExact };
}

function mostFrequent(values: readonly (string | number)[]) {
  const { value, isExact } = topThree(values);
  return { value: (JSON.parse(value) as (string | number)[])[0] ?? null, isExact };
}

/** The share of the pairs of values (each with each, and with itself) that are of two values. */
function diversity(values: readonly (string | number)[]) {
  const counted = countedValues(values, room);
  const pairs = counted.values.flatMap((one) => counted.values.map((other) => one !== other));
  return { value: pairs.filter(Boolean).length / (pairs.length || 1), isExact: counted.isExact };
}

function listOf(list: readonly (string | number)[], values: readonly (string | number)[]) {
  return { value: JSON.stringify(list), isExact: values.every((value) => cut(value) === value) };
}

function sorted<Value extends string | number>(values: readonly Value[]): Value[] {
  return [...values].sort((a, b) => (a < b ? -1 : Number(a > b)));
}

/** A partial as it is after the database has stored it. */
function stored(aggregator: Aggregator<unknown>, partial: unknown): unknown {
  return aggregator.decode(JSON.parse(JSON.stringify(aggregator.encode(partial))));
}

/** The partial of values at offsets from `from` on. */
function partialOf(aggregator: Aggregator<unknown>, values: readonly (string | number)[], from = 0): unknown {
  return values.reduce<unknown>(
    (into, value, index) =>
      aggregator.add(into, typeof value === 'number' ? value || 0 : value, {
        eventTs: 0n,
        partition: 0,
        offset: BigInt(from + index),
      }),
    aggregator.empty(),
  );
}
