import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roleName } from '../../../../domain/registry/role-names.ts';
import { forAll } from '../../support/for-all.ts';

/** The greatest length of a name of Postgres. */
const MAX_BYTES = 63;

const databases = fc.record({
  name: fc
    .string({ unit: 'binary', minLength: 1, maxLength: MAX_BYTES })
    .filter((name) => Buffer.byteLength(name) <= MAX_BYTES && Buffer.from(name).toString() === name),
  oid: fc.nat(),
});

test('every database has a role whose name Postgres does not cut, and no two have the same', () => {
  forAll(fc.tuple(databases, databases), ([one, other]) => {
    expect(Buffer.byteLength(roleName(one, 'query'))).toBeLessThanOrEqual(MAX_BYTES);
    if (one.name !== other.name && one.oid !== other.oid)
      expect(roleName(one, 'query')).not.toBe(roleName(other, 'query'));
  });
});

test('the name of a role shows its database', () => {
  expect(roleName({ name: 'asof_shop', oid: 5 }, 'query')).toBe('asof_shop_query');
  expect(roleName({ name: 'x'.repeat(60), oid: 5 }, 'reader')).toBe('asof_5_reader');
});
