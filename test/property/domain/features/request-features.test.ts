import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExpressionValue } from '../../../../domain/expressions/value.ts';
import { compileRequestFeatures } from '../../../../domain/features/request-features.ts';
import { requestTypes } from '../../../../domain/features/request-types.ts';
import type { DerivedFeature, FeatureType } from '../../../../domain/registry/definition.ts';
import { type OracleOperand, expressionValue } from '../../../oracle/features/expressions.ts';
import { forAll } from '../../support/for-all.ts';
import {
  type Names,
  randomExpressions,
  randomNumbers,
  randomTexts,
} from '../../support/random-expressions.ts';

const READ: Names = {
  number: ['usual', 'amount'],
  text: ['home'],
  boolean: ['is_blocked'],
  time: ['since'],
  moment: true,
};
const TYPES = { number: 'double', text: 'string', boolean: 'boolean' } as const;

interface TypedFeature extends DerivedFeature {
  readonly type: FeatureType;
}

/** Features that read what is given, and then features that read those too. */
const features: fc.Arbitrary<TypedFeature[]> = drawn(READ, 'a').chain((first) => {
  const ofType = (type: FeatureType) => first.filter((one) => one.type === type).map(({ name }) => name);
  const read: Names = {
    ...READ,
    number: [...READ.number, ...ofType('double')],
    text: [...READ.text, ...ofType('string')],
    boolean: [...READ.boolean, ...ofType('boolean')],
  };
  return drawn(read, 'b').map((second) => [...first, ...second]);
});

function drawn(read: Names, prefix: string): fc.Arbitrary<TypedFeature[]> {
  const of = randomExpressions(read);
  const one = fc.oneof(
    ...(['number', 'text', 'boolean'] as const).map((type) =>
      of[type].map((expression) => ({ expression, type: TYPES[type] })),
    ),
  );
  return fc
    .array(one, { minLength: 1, maxLength: 4 })
    .map((list) => list.map((feature, at) => ({ name: `${prefix}${at}`, ...feature })));
}

const moments = fc.bigInt({ min: -2_000_000_000_000_000n, max: 4_000_000_000_000_000n });
const rows = fc.record({
  usual: fc.option(fc.oneof(randomNumbers, fc.constantFrom(NaN, Infinity, -Infinity))),
  amount: fc.option(randomNumbers),
  home: fc.option(randomTexts),
  is_blocked: fc.option(fc.boolean()),
  since: fc.option(moments),
});

const cases = fc.record({
  features,
  rows,
  moment: moments,
  order: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  isGiven: fc.boolean(),
});

test('request features, in any order, give what the naive interpreter gives of each other and of the moment', () => {
  forAll(cases, ({ features, rows, moment, order, isGiven }) => {
    const given = isGiven ? { a0: null } : {};
    const values: Record<string, ExpressionValue> = { ...rows, ...given };
    compileRequestFeatures(shuffled(features, order))({ values, moment });
    const wanted = oracleValues(features, { ...rows, ...given }, moment);
    expect(Object.fromEntries(features.map(({ name }) => [name, values[name]]))).toEqual(wanted);
  });
});

test('request features have the types of their expressions, whatever their order', () => {
  forAll(cases, ({ features, order }) => {
    const types = requestTypes(
      [
        ['usual', 'double'],
        ['amount', 'bigint'],
        ['home', 'string'],
        ['is_blocked', 'boolean'],
      ],
      {
        requestFields: [{ name: 'since', type: 'timestamp', required: false }],
        requestFeatures: shuffled(features, order),
      },
    );
    for (const { name, type } of features) expect(types.get(name)).toBe(type);
  });
});

/** The features in the order in which they were drawn: each after those that it reads. A given value stays. */
function oracleValues(
  features: readonly TypedFeature[],
  row: Readonly<Record<string, OracleOperand>>,
  moment: bigint,
): Record<string, OracleOperand> {
  const known: Record<string, OracleOperand> = { ...row };
  const valueOf = (name: string) => {
    const value = known[name]!;
    return typeof value === 'number' && !Number.isFinite(value) ? null : value;
  };
  for (const { name, expression } of features)
    if (!(name in known)) known[name] = expressionValue(expression, valueOf, moment);
  return Object.fromEntries(features.map(({ name }) => [name, known[name]!]));
}

function shuffled<One>(list: readonly One[], order: readonly number[]): One[] {
  return list
    .map((one, at) => ({ one, rank: order[at]! }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
