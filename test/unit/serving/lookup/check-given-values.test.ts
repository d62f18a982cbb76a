import { expect, test } from 'vitest';
import type { ModelInput } from '../../../../domain/training/feature-specification.ts';
import type { ServedEndpoint } from '../../../../serving/catalogue/endpoint.ts';
import { checkGivenValues } from '../../../../serving/lookup/check-given-values.ts';

const VALUES = [true, false, 1, 0, 2, 0.5, 'true', '', [], {}, Infinity];

const TAKEN: Record<ModelInput['type'] | 'any', readonly unknown[]> = {
  double: [1, 0, 2, 0.5],
  string: ['true', ''],
  boolean: [true, false, 1, 0],
  any: [true, false, 1, 0, 2, 0.5, 'true', ''],
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
  return { name: 'e', lookups, model: type ? { inputs: [{ name: 'f', type }], predict } : null };
}
