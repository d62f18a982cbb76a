import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stabilityIndex } from '../../../../domain/training/stability-index.ts';
import {
  type ColumnStatistics,
  QUANTILES,
  type QuantileName,
} from '../../../../domain/training/statistics.ts';
import { forAll } from '../../support/for-all.ts';

const values = fc.array(fc.option(fc.integer({ min: -3, max: 20 }), { freq: 5 }), {
  minLength: 1,
  maxLength: 60,
});
const texts = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { freq: 5 }), {
  minLength: 1,
  maxLength: 60,
});

test('a column has an index of 0 to itself, of at least 0 to another, and the same both ways', () => {
  const columns = fc.oneof(
    fc.tuple(values.map(numberColumn), values.map(numberColumn)),
    fc.tuple(texts.map(textColumn), texts.map(textColumn)),
  );
  forAll(columns, ([a, b]) => {
    expect(stabilityIndex(a, a)).toBe(0);
    const index = stabilityIndex(a, b)!;
    expect(index).toBeGreaterThanOrEqual(0);
    expect(stabilityIndex(b, a)).toBeCloseTo(index, 9);
    if (a.nulls / a.rows !== b.nulls / b.rows) expect(index).toBeGreaterThan(0);
  });
});

test('shares of frequent texts give the index of its definition, and no rows give none', () => {
  const [a, b] = [textColumn(['x', 'x', 'x', 'y']), textColumn(['x', 'y', 'y', 'y'])];
  expect(stabilityIndex(a, b)).toBeCloseTo(0.5 * Math.log(3) + 0.5 * Math.log(3), 12);
  expect(stabilityIndex(textColumn([]), b)).toBeNull();
});

test('the index of texts is that of their shares', () => {
  forAll(fc.tuple(texts, texts), ([a, b]) => {
    const shares = (all: typeof a) =>
      ['a', 'b', 'c', 'd', null].map((bin) => all.filter((one) => one === bin).length / all.length);
    expect(stabilityIndex(textColumn(a), textColumn(b))).toBeCloseTo(indexOf(shares(a), shares(b)), 9);
  });
});

test('the index of numbers is that of their shares between the quantiles of both, which values are spread evenly between', () => {
  forAll(fc.tuple(values.map(numberColumn), values.map(numberColumn)), ([a, b]) => {
    const edges = [...new Set([...upperPoints(a), ...upperPoints(b)].map(([value]) => value))].sort(
      (x, y) => x - y,
    );
    const shares = (column: ColumnStatistics) => {
      const held = 1 - column.nulls / column.rows;
      const upTo = edges.map((edge) => held * shareUpTo(column, edge));
      return [column.nulls / column.rows, ...upTo.map((share, at) => share - (at === 0 ? 0 : upTo[at - 1]!))];
    };
    expect(stabilityIndex(a, b)).toBeCloseTo(indexOf(shares(a), shares(b)), 9);
  });
});

/** The definition. An empty share counts as 0.0001. */
function indexOf(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, share, at) => {
    const [x, y] = [Math.max(share, 1e-4), Math.max(b[at]!, 1e-4)];
    return sum + (x - y) * Math.log(x / y);
  }, 0);
}

/** The points of a distribution that are known, each with the share of the numbers that are at most so great. */
function upperPoints({ numbers }: ColumnStatistics): [number, number][] {
  if (!numbers?.quantiles) return [];
  const quantiles = numbers.quantiles;
  return [
    ...Object.entries(QUANTILES).map(([name, share]): [number, number] => [
      quantiles[name as QuantileName],
      share,
    ]),
    [numbers.max!, 1],
  ];
}

/** Of several points at one number the last counts; before the least number there is none. */
function shareUpTo(column: ColumnStatistics, edge: number): number {
  const points = upperPoints(column);
  if (points.length === 0 || edge < column.numbers!.min!) return 0;
  const reached = points.filter(([value]) => value <= edge).at(-1) ?? [column.numbers!.min!, 0];
  const next = points.find(([value]) => value > edge);
  if (!next) return 1;
  const [[from, share], [to, greater]] = [reached, next];
  return share + ((edge - from) / (to - from)) * (greater - share);
}

function numberColumn(all: readonly (number | null)[]): ColumnStatistics {
  const held = all.filter((value) => value !== null).sort((x, y) => x - y);
  const at = (share: number) => held[Math.max(0, Math.ceil(share * held.length) - 1)]!;
  const quantiles = Object.fromEntries(
    Object.entries(QUANTILES).map(([name, share]) => [name, at(share)]),
  ) as Record<QuantileName, number>;
  const numbers = {
    nan: 0,
    outOfRange: 0,
    min: held[0] ?? null,
    max: held.at(-1) ?? null,
    mean: null,
    standardDeviation: null,
    quantiles: held.length === 0 ? null : quantiles,
  };
  const nulls = all.length - held.length;
  return {
    column: 'x',
    type: 'bigint',
    rows: all.length,
    nulls,
    notFound: null,
    distinct: null,
    numbers,
    top: null,
  };
}

function textColumn(all: readonly (string | null)[]): ColumnStatistics {
  const held = all.filter((value) => value !== null);
  const top = [...new Set(held)].map((value) => ({
    value,
    rows: held.filter((one) => one === value).length,
  }));
  const nulls = all.length - held.length;
  return {
    column: 'x',
    type: 'string',
    rows: all.length,
    nulls,
    notFound: null,
    distinct: top.length,
    numbers: null,
    top,
  };
}
