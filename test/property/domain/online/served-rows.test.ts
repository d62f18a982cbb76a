import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Generation } from '../../../../domain/online/generation.ts';
import { decodeGenerations, encodeGenerations } from '../../../../domain/online/online-encoding.ts';
import { served } from '../../../oracle/served.ts';
import { forAll, numRuns } from '../../support/for-all.ts';
import { OnlineStore } from '../../support/online-store.ts';

const keys = fc.constantFrom('a', 'b', 'c');
const values = fc.constantFrom<string | number | null>(
  null,
  'web',
  0,
  1.5,
  -2,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_VALUE,
);

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      rows: fc.array(fc.record({ key: keys, ahead: fc.integer({ min: -40, max: 12 }), value: values }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sync' as const),
      whole: fc.boolean(),
      diesAfter: fc.constantFrom(null, null, null, 0, 1, 2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), for: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      key: keys,
      later: fc.integer({ min: 0, max: 20 }),
    }),
  },
);

const histories = fc.record({
  availableAfter: fc.constantFrom(0n, 0n, 3n),
  lookback: fc.constantFrom(null, 5n, 30n),
  steps: fc.array(steps, { minLength: 12, maxLength: 60 }),
});

test('a read gives the visible row offline as published by then, whatever the writes and syncs', () => {
  let found = 0;
  let previous = 0;
  forAll(histories, ({ availableAfter, lookback, steps }) => {
    const store = new OnlineStore(availableAfter);
    let now = 100n;
    const check = (key: string, asOf: bigint): void => {
      const expected = served(store, { key, asOf }, { availableAfter, lookback });
      const row = store.read(key, asOf, lookback);
      if (typeof expected !== 'object') return expect(row).toEqual(expected);
      found += 1;
      const { featureTs, sequence, values } = expected;
      expect(row).toEqual({ featureTs, version: String(sequence), values });
    };
    for (const step of steps) {
      if (step.do === 'wait') now += BigInt(step.for);
      else if (step.do === 'sync') {
        now += 1n;
        store.sync(now, step);
        // A reader that took its moment just before the last publication sees the previous one.
        const [before, last] = store.published.slice(-2);
        if (!last || !before || last.at - 1n < before.at) continue;
        previous += 1;
        for (const key of ['a', 'b', 'c']) check(key, last.at - 1n);
      } else if (step.do === 'read') check(step.key, now + BigInt(step.later));
      else {
        const sequence = store.sequence + 1;
        for (const { key, ahead, value } of step.rows)
          store.versions.push({ key, featureTs: now + BigInt(ahead), sequence, values: [value] });
      }
    }
  });
  expect(found).toBeGreaterThan(numRuns / 2);
  expect(previous).toBeGreaterThan(numRuns / 2);
});

test('generations decode to what was encoded', () => {
  const rows = fc.array(
    fc.record({
      featureTs: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      version: fc.bigInt({ min: 1n, max: 2n ** 62n }).map(String),
      values: fc.array(
        fc.oneof(
          fc.constant(null),
          fc.string(),
          fc.maxSafeInteger(),
          // −0 becomes 0: no comparison tells them apart.
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
        ),
      ),
    }),
  );
  forAll(fc.array(fc.record({ sync: fc.nat(), rows })), (generations) => {
    expect(decodeGenerations(encodeGenerations(generations))).toEqual(generations);
  });
});

test('whatever a stored text is, it decodes to rows or is refused', () => {
  const stored = encodeGenerations([
    { sync: 3, rows: [{ featureTs: 7n, version: '9', values: [1.5, 'web', null] }] },
  ]);
  const spoilt = fc
    .tuple(
      fc.nat(stored.length),
      fc.nat(4),
      fc.constantFrom('', '[', ']', '"', ',', '1', '1e999', 'null', '{}'),
    )
    .map(([at, length, put]) => stored.slice(0, at) + put + stored.slice(at + length));
  forAll(fc.oneof(spoilt, fc.json(), fc.string()), (text) => {
    let generations: Generation[];
    try {
      generations = decodeGenerations(text);
    } catch (error) {
      expect([SyntaxError, TypeError]).toContain((error as Error).constructor);
      return;
    }
    for (const { sync, rows } of generations) {
      expect(sync).toBeTypeOf('number');
      for (const row of rows) {
        expect([typeof row.featureTs, typeof row.version]).toEqual(['bigint', 'string']);
        for (const value of row.values)
          expect(value === null || typeof value === 'string' || Number.isFinite(value)).toBe(true);
      }
    }
  });
});
