import fc from 'fast-check';
import { formatInstant } from '../../../../domain/time/instant.ts';
import type { LookupRules, StoredRow, Value } from '../../../oracle/training-set.ts';
import { csv } from '../../../support/projects/training-set.ts';

const MINUTE = 60_000_000n;
/** 2026-03-01T00:00:00Z. */
const START = 1_772_323_200_000_000n;

export const WINDOW_RULES: LookupRules = {
  availableAfter: 0n,
  lookback: 60n * MINUTE,
  defaults: [null, null, null, null, true],
};
export const DAILY_RULES: LookupRules = {
  availableAfter: 90n * MINUTE,
  lookback: null,
  defaults: [7, -1.5, "none, o'clock", null, null],
};

/** A line of the spine: two keys, a moment, a label, a split, and a column that Asof only copies. */
export interface SpineLine {
  readonly user: string;
  readonly shop: string;
  readonly moment: bigint;
  readonly label: number;
  readonly split: string;
  readonly note: string;
}

/** The rows of two feature tables, and a spine whose moments lie at and around the edges of these rows. */
export interface RandomSet {
  readonly windows: readonly StoredRow[];
  readonly daily: readonly StoredRow[];
  readonly spine: readonly SpineLine[];
}

const users = ['u_1', 'u_2', 'Ünï "q", 7', ' line\nbreak', 'null', 'NULL', '\\N', '\\.'];
const shops = ['a', 'b,c', '"'];
const texts = fc.oneof(
  fc.constantFrom<string | null>(null, '', 'NULL', ' ', 'a,b', '"', '""', 'x\ny', 'x\r\ny', '\\', '😀'),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\0', '')),
);
const doubles = fc.oneof(
  fc.constantFrom<number | null>(null, 0, -0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e21, 1e-7, NaN, Infinity, -Infinity), // prettier-ignore
  fc.double(),
);
const bigints = fc.oneof(
  fc.constantFrom<bigint | null>(null, 0n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n),
  fc.bigInt({ min: -1000n, max: 1000n }),
);
const truths = fc.option(fc.boolean());
const values: fc.Arbitrary<readonly Value[]> = fc.tuple(bigints, doubles, texts, doubles, truths);

/** Moments on a coarse grid, so that many are equal; a few lie long ago. */
const times = fc.oneof(
  {
    arbitrary: fc.integer({ min: 0, max: 24 }).map((step) => START + BigInt(step) * 15n * MINUTE),
    weight: 9,
  },
  { arbitrary: fc.constantFrom(-1n, 0n, -86_400_000_001n, -62_135_596_800_000_000n), weight: 1 },
);

function storedRows(keys: fc.Arbitrary<readonly string[]>): fc.Arbitrary<readonly StoredRow[]> {
  return fc.uniqueArray(fc.record({ key: keys, feature_ts: times, values }), {
    selector: ({ key, feature_ts }) => [...key, feature_ts].join('\0'),
    maxLength: 80,
  });
}

/**
 * Moments at a stored time, or at the time when its row becomes visible or too old; some a microsecond earlier
 * or later.
 */
const moments = fc
  .tuple(times, fc.constantFrom(0n, 60n, 90n), fc.constantFrom(-1n, 0n, 0n, 1n))
  .map(([time, minutes, micros]) => time + minutes * MINUTE + micros);

const spineLines: fc.Arbitrary<SpineLine> = fc.record({
  user: fc.constantFrom(...users, 'unknown'),
  shop: fc.constantFrom(...shops, 'unknown'),
  moment: moments,
  label: fc.constantFrom(0, 1),
  split: fc.constantFrom('train', 'val', 'test'),
  note: texts.map((text) => text ?? ''),
});

export const randomSets: fc.Arbitrary<RandomSet> = fc.record({
  windows: storedRows(fc.constantFrom(...users).map((user) => [user])),
  daily: storedRows(fc.tuple(fc.constantFrom(...users), fc.constantFrom(...shops))),
  spine: fc
    .array(spineLines, { minLength: 1, maxLength: 120, size: 'max' })
    .map((lines) => [...lines, ...lines.slice(0, 5)]),
});

export const HEADING = ['note', 'user', 'at', 'churned', 'shop', 'experiment_split'];

/** The spine as a CSV file. */
export function spineText(spine: readonly SpineLine[]): string {
  const line = ({ note, user, moment, label, shop, split }: SpineLine) => [
    ...[note, user, formatInstant(moment), String(label), shop, split],
  ];
  return csv([HEADING, ...spine.map(line)], '\r\n');
}
