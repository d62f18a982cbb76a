import { expect, test } from 'vitest';
import type { ModelInput } from '../../../../domain/training/feature-specification.ts';
import { type ServedEndpoint, servedFeatures } from '../../../../serving/catalogue/endpoint.ts';
import { checkGivenValues } from '../../../../serving/lookup/check-given-values.ts';

const VECTOR = [0.5, -1];
const VALUES = [
  true,
  false,
  1,
  0,
  2,
  0.5,
  'true',
  '',
  [],
  {},
  Infinity,
  VECTOR,
  [1, null],
  [1, '2'],
  [Infinity],
];

const TAKEN: Record<ModelInput['type'] | 'any', readonly unknown[]> = {
  double: [1, 0, 2, 0.5],
  string: ['true', ''],
  boolean: [true, false, 1, 0],
  any: [true, false, 1, 0, 2, 0.5, 'true', '', VECTOR],
};

test.each(Object.entries(TAKEN))(
  'a given feature of type %s takes values of its type, and null',
  (type, taken) => {
    const endpoint = endpointOf(type === 'any' ? undefined : (type as ModelInput['type']));
    for (const value of [...VALUES, null]) {
      const check = () => checkGivenValues(endpoint, [{ user_id: 'u_1', f: value }]);
      if (value === null || taken.includes(value)) expect(check).not.toThrow();
      else expect(check).toThrow(/'f' of record 0 must be .* or null/);
    }
  },
);

test('a given vector has as many numbers as the model reads of it', () => {
  const { inputs: _inputs, ...endpoint } = endpointOf('double');
  const inputs = ['f_0', 'f_1'].map((name) => ({ name, type: 'double' as const, vector: 'f' }));
  const check = (f: unknown) => () => checkGivenValues({ ...endpoint, inputs }, [{ f }]);
  for (const fits of [VECTOR, [0, 1], null]) expect(check(fits)).not.toThrow();
  for (const unfit of [1, 'a', [], [1], [1, 2, 3], [1, null], [1, Infinity], { 0: 1, 1: 2 }])
    expect(check(unfit)).toThrow(/'f' of record 0 must be a list of 2 numbers or null/);
});

test('what a truth value may be is said', () => {
  expect(() => checkGivenValues(endpointOf('boolean'), [{ f: 'yes' }])).toThrow(
    /'f' of record 0 must be true, false, 1, 0 or null/,
  );
});

/** An endpoint whose only feature is `f`, and whose model reads it as the type. Undefined: it has no model. */
function endpointOf(type: ModelInput['type'] | undefined): ServedEndpoint {
  const features = [{ feature: 'f', as: 'f', default: null }];
  const lookups = [{ table: 't', lookupKeys: ['user_id'], lookback: null, features }];
  const predict = () => Promise.resolve([]);
  const inputs = type ? [{ name: 'f', type }] : [];
  return { name: 'e', ...servedFeatures({ lookups, inputs }), model: type ? { inputs, predict } : null };
}
