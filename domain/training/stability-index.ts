import { type ColumnStatistics, type NumberStatistics, QUANTILES, type QuantileName } from './statistics.ts';

/**
 * The population stability index of a column between two training sets, from their statistics: the sum of
 * `(a − b) · ln(a / b)` over the shares of nulls and of the values between the quantiles of both, or of the frequent
 * texts of both and the rest. 0: no difference; above 0.25 is usually called a shift. Between quantiles it takes
 * values as evenly spread. Null if one has no rows.
 */
export function stabilityIndex(a: ColumnStatistics, b: ColumnStatistics): number | null {
  if (a.rows === 0 || b.rows === 0) return null;
  const [sharesA, sharesB] = a.top && b.top ? textShares(a, b) : numberShares(a, b);
  return sharesA.reduce((sum, share, at) => {
    const [x, y] = [Math.max(share, LEAST), Math.max(sharesB[at]!, LEAST)];
    return sum + (x - y) * Math.log(x / y);
  }, 0);
}

/** An empty share counts as this, so that its logarithm is finite. */
const LEAST = 1e-4;

type Shares = readonly [number[], number[]];

function textShares(a: ColumnStatistics, b: ColumnStatistics): Shares {
  const values = new Set([...a.top!, ...b.top!].map(({ value }) => value));
  const sharesOf = ({ top, rows, nulls }: ColumnStatistics): number[] => {
    const shares = [...values].map(
      (wanted) => (top!.find(({ value }) => value === wanted)?.rows ?? 0) / rows,
    );
    const rest = 1 - nulls / rows - shares.reduce((sum, share) => sum + share, 0);
    return [nulls / rows, ...shares, Math.max(0, rest)];
  };
  return [sharesOf(a), sharesOf(b)];
}

function numberShares(a: ColumnStatistics, b: ColumnStatistics): Shares {
  const edges = [...new Set([...edgesOf(a.numbers), ...edgesOf(b.numbers)])].sort((x, y) => x - y);
  const sharesOf = ({ numbers, rows, nulls }: ColumnStatistics): number[] => {
    const others = (numbers?.nan ?? 0) + (numbers?.outOfRange ?? 0);
    const held = rows - nulls - others;
    const below = edges.map((edge) => (held * shareUpTo(numbers, edge)) / rows);
    return [nulls / rows, others / rows, ...below.map((share, at) => share - (below[at - 1] ?? 0))];
  };
  return [sharesOf(a), sharesOf(b)];
}

const NAMES = Object.keys(QUANTILES) as QuantileName[];

function edgesOf(numbers: NumberStatistics | null): number[] {
  if (!numbers?.quantiles) return [];
  return [...NAMES.map((name) => numbers.quantiles![name]), numbers.max!];
}

/** The share of the numbers that are at most so great, by their quantiles. */
function shareUpTo(numbers: NumberStatistics | null, edge: number): number {
  if (!numbers?.quantiles) return 0;
  const points: [number, number][] = [
    [numbers.min!, 0],
    ...NAMES.map((name): [number, number] => [numbers.quantiles![name], QUANTILES[name]]),
    [numbers.max!, 1],
  ];
  const above = points.findIndex(([value]) => value > edge);
  if (above === -1) return 1;
  if (above === 0) return 0;
  const [[value, share], [nextValue, nextShare]] = [points[above - 1]!, points[above]!];
  return share + ((nextShare - share) * (edge - value)) / (nextValue - value);
}
