import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CandidateVersion, explainChoice } from '../../../../../domain/training/explain/choice.ts';
import { type StoredRow, lookUp } from '../../../../oracle/training-set.ts';
import { forAll } from '../../../support/for-all.ts';

/** A write of one key: it gives rows their values, or removes them (null), by their times. */
const writes = fc.array(
  fc.uniqueArray(fc.record({ ts: fc.bigInt(0n, 12n), value: fc.option(fc.integer({ min: 0, max: 9 })) }), {
    selector: ({ ts }) => ts,
    maxLength: 4,
  }),
  { maxLength: 8 },
);

const rules = fc.record({
  moment: fc.bigInt(-2n, 16n),
  availableAfter: fc.bigInt(0n, 4n),
  lookback: fc.option(fc.bigInt(1n, 10n)),
  cut: fc.bigInt(0n, 8n),
});

test('the choice among all versions is what a lookup in the rows as of the cut gives, in any order of the versions', () => {
  forAll(fc.tuple(writes, rules, fc.infiniteStream(fc.nat())), ([all, rule, order]) => {
    const versions = versionsOf(all).sort(() => ((order.next().value as number) % 3) - 1);
    const { chosen, passedOver } = explainChoice(versions, rule);
    const rows = rowsAt(all, rule.cut);
    const expected = lookUp(rows, { ...rule, defaults: [null] }, ['k'], rule.moment);
    expect(chosen === null).toBe(!expected.found);
    if (chosen) expect([chosen.value]).toEqual(expected.values);
    expect(passedOver.length).toBe(versions.length - (chosen ? 1 : 0));
  });
});

test('each version that was passed over is there for the first reason that holds', () => {
  const version = (over: Partial<CandidateVersion>): CandidateVersion => ({
    featureTs: 5n,
    written: 1n,
    superseded: null,
    ...over,
  });
  const rule = { moment: 10n, availableAfter: 2n, lookback: 6n, cut: 3n };
  const whyOf = (over: Partial<CandidateVersion>) =>
    explainChoice([version({ featureTs: 8n }), version(over)], rule).passedOver[0]!.why;
  expect(whyOf({ featureTs: 9n, written: 4n })).toBe('writtenAfterCut');
  expect(whyOf({ featureTs: 9n })).toBe('notVisible');
  expect(whyOf({ superseded: 3n })).toBe('superseded');
  expect(whyOf({ superseded: 4n })).toBe('older');
  expect(whyOf({ start: 11n })).toBe('notStarted');
  expect(whyOf({ start: null })).toBe('notStarted');
  expect(whyOf({ start: 1n, end: 10n })).toBe('superseded');
  expect(whyOf({ featureTs: 4n })).toBe('outsideLookback');
});

type Version = CandidateVersion & { readonly value: number };

/** The versions that writes make, the first with the sequence 1. */
function versionsOf(all: readonly (readonly { ts: bigint; value: number | null }[])[]): Version[] {
  const versions: Version[] = [];
  for (const [at, rows] of all.entries()) {
    const sequence = BigInt(at + 1);
    for (const { ts, value } of rows) {
      const current = versions.findIndex(
        ({ featureTs, superseded }) => featureTs === ts && superseded === null,
      );
      if (current >= 0) versions[current] = { ...versions[current]!, superseded: sequence };
      if (value !== null) versions.push({ featureTs: ts, written: sequence, superseded: null, value });
    }
  }
  return versions;
}

/** The rows after the first `cut` writes. */
function rowsAt(all: readonly (readonly { ts: bigint; value: number | null }[])[], cut: bigint): StoredRow[] {
  const rows = new Map<bigint, number | null>();
  for (const written of all.slice(0, Number(cut))) for (const { ts, value } of written) rows.set(ts, value);
  return [...rows].flatMap(([feature_ts, value]) =>
    value === null ? [] : [{ key: ['k'], feature_ts, values: [value] }],
  );
}
