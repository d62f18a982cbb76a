import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Aggregator, Position } from '../../domain/aggregation/aggregator.ts';
import { aggregators } from '../../domain/aggregation/index.ts';
import type { AggregateKind } from '../../domain/definition.ts';
import { exactSum } from '../oracle/exact-sum.ts';
import { forAll } from './support/for-all.ts';
import { numberTexts } from './support/random-stream.ts';

/** A value as events hold it, at its place in the log. */
interface Placed {
  readonly value: string | number;
  readonly at: Position;
}

const texts = fc.oneof(
  fc.constantFrom('', 'a', 'b', '"', '\\', '😀', '\u2028', '__proto__'),
  fc.string({ unit: 'binary' }),
);
const numbers = numberTexts.map((text) => Number(text) || 0); // events hold no −0

/** At most one value per place, few different times, so that ties happen. */
function placed(values: fc.Arbitrary<string | number>): fc.Arbitrary<Placed[]> {
  const position = fc.record({
    eventTs: fc.bigInt({ min: -2n, max: 2n }),
    partition: fc.nat(2),
    offset: fc.bigInt({ min: 0n, max: 2n ** 62n }),
  });
  const samePlace = ({ at }: Placed) => `${at.partition}@${at.offset}`;
  return fc.uniqueArray(fc.record({ value: values, at: position }), { maxLength: 8, selector: samePlace });
}

const valuesOf: Record<AggregateKind, fc.Arbitrary<string | number>> = {
  count: fc.oneof(texts, numbers),
  sum: numbers,
  count_distinct: fc.oneof(texts, numbers),
  last: fc.oneof(texts, numbers),
};

describe.each(Object.keys(aggregators) as AggregateKind[])('%s', (kind) => {
  const aggregator = aggregators[kind];
  const values = placed(valuesOf[kind]);
  const partial = (of: readonly Placed[]) => partialOf(aggregator, of);
  /** A partial as the database would hold it: what is equal here is equal byte for byte. */
  const stored = (one: unknown) => JSON.stringify(aggregator.encode(one));
  const merged = (...partials: unknown[]) => aggregator.merge(partials);

  test('merging is associative and commutative, and the aggregate of nothing is its unit', () => {
    forAll(fc.tuple(values, values, values), ([first, second, third]) => {
      const [a, b, c] = [partial(first), partial(second), partial(third)];
      expect(stored(merged(merged(a, b), c))).toBe(stored(merged(a, merged(b, c))));
      expect(stored(merged(a, b, c))).toBe(stored(merged(merged(a, b), c)));
      expect(stored(merged(a, b))).toBe(stored(merged(b, a)));
      expect(stored(merged(a, aggregator.empty()))).toBe(stored(a));
      expect(stored(merged())).toBe(stored(aggregator.empty()));
    });
  });

  test('merging the parts is aggregating the whole', () => {
    forAll(fc.tuple(values, fc.nat(8)), ([all, cut]) => {
      const whole = partial(all);
      const parts = merged(partial(all.slice(0, cut)), partial(all.slice(cut)));
      expect(stored(parts)).toBe(stored(whole));
      expect(aggregator.finish(parts)).toBe(aggregator.finish(whole));
    });
  });

  test('the order of values does not show', () => {
    forAll(
      values.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect(stored(partial(shuffled))).toBe(stored(partial(all)));
      },
    );
  });

  test('a stored partial is read back as it was', () => {
    forAll(values, (all) => {
      const before = partial(all);
      const after = aggregator.decode(JSON.parse(stored(before)));
      expect(after).toEqual(before);
      expect(stored(after)).toBe(stored(before));
      expect(aggregator.finish(after)).toBe(aggregator.finish(before));
    });
  });

  test('merging leaves the partials as they are', () => {
    forAll(fc.tuple(values, values, values), ([first, second, later]) => {
      const parts = [partial(first), partial(second)];
      const before = parts.map(stored);
      later.reduce((into, { value, at }) => aggregator.add(into, value, at), aggregator.merge(parts));
      expect(parts.map(stored)).toEqual(before);
    });
  });
});

test('a sum is the exact sum of the decimals, rounded once', () => {
  forAll(fc.array(numbers, { maxLength: 12 }), (all) => {
    const at = { eventTs: 0n, partition: 0, offset: 0n };
    const sum = partialOf(
      aggregators.sum,
      all.map((value) => ({ value, at })),
    );
    expect(aggregators.sum.finish(sum)).toBe(exactSum(all));
  });
});

test('a last value is the one at the greatest (event time, partition, offset)', () => {
  forAll(placed(texts), (all) => {
    const latest = all.toSorted((a, b) => comparePositions(a.at, b.at)).at(-1);
    expect(aggregators.last.finish(partialOf(aggregators.last, all))).toBe(latest?.value ?? null);
  });
});

function comparePositions(a: Position, b: Position): number {
  return Number(a.eventTs - b.eventTs) || a.partition - b.partition || Number(a.offset - b.offset);
}

function partialOf<Partial>(aggregator: Aggregator<Partial>, values: readonly Placed[]): Partial {
  return values.reduce((into, { value, at }) => aggregator.add(into, value, at), aggregator.empty());
}
