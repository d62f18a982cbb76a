import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AsofError } from '../../../../domain/errors/asof-error.ts';
import { expectOptions } from '../../../../schemas/values/options.ts';
import { forAll } from '../../support/for-all.ts';

const NAMES = { name: true, window: true, availableAfter: true, retention: true } as const;

test('options are taken if and only if each of their names is known', () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(NAMES), 'toString', '__proto__'), fc.string());
  forAll(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
    const options = Object.fromEntries(names.map((one) => [one, 1]));
    const unknown = names.filter((one) => !Object.keys(NAMES).includes(one));
    if (unknown.length === 0) expectOptions('a thing', options, NAMES);
    else
      expect(refusal(options).details.unknown).toEqual(
        Object.keys(options)
          .filter((one) => unknown.includes(one))
          .slice(0, 10),
      );
  });
});

test('a message stays short whatever the names are', () => {
  forAll(fc.array(fc.string({ minLength: 200, maxLength: 400 }), { minLength: 1 }), (names) => {
    expect(refusal(Object.fromEntries(names.map((one) => [one, 1]))).message.length).toBeLessThan(2_000);
  });
});

function refusal(options: object): AsofError {
  try {
    expectOptions('a thing', options, NAMES);
  } catch (error) {
    if (error instanceof AsofError) return error;
  }
  throw new Error('the options were taken');
}
