import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregateRules, aggregatorOf } from '../../../../domain/aggregation/aggregates.ts';
import type {
  AggregatedValue as Value,
  Aggregator,
  EventOrder,
} from '../../../../domain/aggregation/aggregator.ts';
import { approxCountDistinct } from '../../../../domain/aggregation/approx-count-distinct.ts';
import { quantile } from '../../../../domain/aggregation/quantile.ts';
import {
  type AggregateDefinition,
  type PlainAggregateKind,
  SCALAR_TYPES,
} from '../../../../domain/registry/definition.ts';
import { forAll } from '../../support/for-all.ts';
import { numberTexts } from '../../support/random-stream.ts';

const texts = fc.oneof(
  fc.constantFrom('', 'a', 'b', '"', '\\', '😀', '\u2028', '__proto__'),
  fc.string({ unit: 'binary' }),
);
const numbers = numberTexts.map((text) => Number(text) || 0); // events hold no −0

const TYPES = [...SCALAR_TYPES, 'double[]'] as const;

const valuesOf: Record<(typeof TYPES)[number], fc.Arbitrary<Value>> = {
  string: texts,
  double: numbers,
  integer: fc.integer({ min: -1e15, max: 1e15 }),
  boolean: fc.boolean(),
  timestamp: fc.bigInt({ min: -(10n ** 17n), max: 10n ** 18n }),
  decimal: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((units) => String(units)),
  date: fc.constantFrom('2026-01-31', '1969-12-31'),
  'double[]': fc.array(numbers, { minLength: 3, maxLength: 3 }),
};

const kinds: readonly AggregateDefinition[] = [
  ...(
    [
      ...['count', 'sum', 'mean', 'min', 'max', 'variance', 'stddev', 'first', 'last'],
      ...['approx_count_distinct', 'share', 'mean_interarrival', 'last_vector', 'mean_vector'],
    ] as PlainAggregateKind[]
  ).map((aggregate) => ({ aggregate })),
  { aggregate: 'count_distinct' },
  { aggregate: 'histogram' },
  { aggregate: 'most_frequent' },
  { aggregate: 'diversity' },
  { aggregate: 'last_k', k: 3 },
  { aggregate: 'top_k', k: 3 },
  { aggregate: 'collect_set', bound: 3 },
  { aggregate: 'quantile', quantile: 0.5 },
];

test('the list of kinds holds every aggregate', () => {
  expect(kinds.map(({ aggregate }) => aggregate).toSorted()).toEqual(Object.keys(aggregateRules).toSorted());
});

/** Values of each type that the aggregate takes, one type at a time. Those without a field are of event times. */
const cases = kinds.flatMap((kind) => {
  const { fieldTypes } = aggregateRules[kind.aggregate];
  const types = TYPES.filter((type) => fieldTypes.includes(type));
  return (types.length === 0 ? (['timestamp'] as const) : types).map(
    (type) => [kind.aggregate, type, kind] as const,
  );
});

describe.each(cases)('%s of %s', (_aggregate, type, kind) => {
  const aggregator = aggregatorOf({ ...kind, name: 'feature', field: 'field', where: null, over: null });
  const values = placed(valuesOf[type]);
  const partial = (of: readonly Placed[]) => partialOf(aggregator, of);
  /** A partial as the database stores it. Equal texts mean equality byte for byte. */
  const stored = (one: unknown) => JSON.stringify(aggregator.encode(one));
  const merged = (...partials: unknown[]) => aggregator.merge(partials);

  test('merge is associative and commutative, and the empty partial is its unit', () => {
    forAll(fc.tuple(values, values, values), ([first, second, third]) => {
      const [a, b, c] = [partial(first), partial(second), partial(third)];
      expect(stored(merged(merged(a, b), c))).toBe(stored(merged(a, merged(b, c))));
      expect(stored(merged(a, b, c))).toBe(stored(merged(merged(a, b), c)));
      expect(stored(merged(a, b))).toBe(stored(merged(b, a)));
      expect(stored(merged(a, aggregator.empty()))).toBe(stored(a));
      expect(stored(merged())).toBe(stored(aggregator.empty()));
    });
  });

  test('merging the partials of two parts gives the partial of the whole', () => {
    forAll(fc.tuple(values, fc.nat(8)), ([all, cut]) => {
      const whole = partial(all);
      const parts = merged(partial(all.slice(0, cut)), partial(all.slice(cut)));
      expect(stored(parts)).toBe(stored(whole));
      expect(aggregator.finish(parts)).toEqual(aggregator.finish(whole));
    });
  });

  test('the order of the values does not affect the partial', () => {
    forAll(
      values.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(stored(partial(shuffled))).toBe(stored(partial(all)));
      },
    );
  });

  test('a stored partial reads back unchanged', () => {
    forAll(values, (all) => {
      const before = partial(all);
      const after = aggregator.decode(JSON.parse(stored(before)));
      expect(stored(after)).toBe(stored(before));
      expect(aggregator.finish(after)).toEqual(aggregator.finish(before));
    });
  });

  test('merge does not change the partials that it merges', () => {
    forAll(fc.tuple(values, values, values), ([first, second, later]) => {
      const parts = [partial(first), partial(second)];
      const before = parts.map(stored);
      later.reduce((into, { value, at }) => aggregator.add(into, value, at), aggregator.merge(parts));
      expect(parts.map(stored)).toEqual(before);
    });
  });
});

test('an aggregate of whole numbers also takes doubles, and partials of both merge', () => {
  const ofIntegers = kinds.filter(({ aggregate }) =>
    aggregateRules[aggregate].fieldTypes.includes('integer'),
  );
  expect(ofIntegers.length).toBeGreaterThan(10);
  for (const kind of ofIntegers) {
    expect(aggregateRules[kind.aggregate].fieldTypes).toContain('double');
    const aggregator = aggregatorOf({ ...kind, name: 'feature', field: 'field', where: null, over: null });
    const stored = (of: readonly Placed[]) => JSON.stringify(aggregator.encode(partialOf(aggregator, of)));
    const mixed = placed(fc.oneof(valuesOf.integer, valuesOf.double));
    forAll(mixed, (all) => {
      const isWhole = ({ value }: Placed) => Number.isInteger(value);
      const parts = [all.filter(isWhole), all.filter((one) => !isWhole(one))].map((part) =>
        aggregator.decode(JSON.parse(stored(part))),
      );
      expect(JSON.stringify(aggregator.encode(aggregator.merge(parts)))).toBe(stored(all));
    });
  }
});

test('approx_count_distinct is exact below 1,024 and within 10 % above', () => {
  for (const [many, error] of [
    [0, 0],
    [1023, 0],
    [20_000, 0.1],
    [200_000, 0.1],
  ] as const) {
    // prettier-ignore
    const sketch = partialOf(approxCountDistinct, placedInOrder(many, (index) => `user-${index % many}`));
    expect(Math.abs((approxCountDistinct.finish(sketch) as number) - many)).toBeLessThanOrEqual(many * error);
  }
});

test('a quantile is within 1 % of the value of its rank', () => {
  const sizes = fc.double({ min: 1e-300, max: 1e15, noNaN: true });
  const signed = fc.oneof(sizes, sizes.map((size) => -size), fc.constant(0)); // prettier-ignore
  forAll(
    fc.tuple(fc.array(signed, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true })),
    ([all, q]) => {
      const sketch = partialOf(
        quantile(q),
        placedInOrder(all.length, (index) => all[index]!),
      );
      const exact = all.toSorted((a, b) => a - b)[Math.floor(q * (all.length - 1))]!;
      expect(Math.abs((quantile(q).finish(sketch) as number) - exact)).toBeLessThanOrEqual(
        Math.abs(exact) * 0.010001,
      );
    },
  );
});

function placedInOrder(many: number, valueAt: (index: number) => Value): Placed[] {
  return Array.from({ length: many }, (_, index) => ({
    value: valueAt(index),
    at: { eventTs: BigInt(index), partition: 0, offset: BigInt(index) },
  }));
}

function partialOf<Partial>(aggregator: Aggregator<Partial>, values: readonly Placed[]): Partial {
  return values.reduce((into, { value, at }) => aggregator.add(into, value, at), aggregator.empty());
}

/** A value of an event with its position in event order. */
interface Placed {
  readonly value: Value;
  readonly at: EventOrder;
}

/** Values at distinct places in the log, with few distinct times so that ties happen. */
function placed(values: fc.Arbitrary<Value>): fc.Arbitrary<Placed[]> {
  const position = fc.record({
    eventTs: fc.bigInt({ min: -2n, max: 2n }),
    partition: fc.nat(2),
    offset: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  });
  const samePlace = ({ at }: Placed) => `${at.partition}@${at.offset}`;
  return fc.uniqueArray(fc.record({ value: values, at: position }), { maxLength: 8, selector: samePlace });
}
