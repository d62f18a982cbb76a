import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryRole } from '../../../../domain/registry/query-role.ts';
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
    expect(Buffer.byteLength(queryRole(one))).toBeLessThanOrEqual(MAX_BYTES);
    if (one.name !== other.name && one.oid !== other.oid) expect(queryRole(one)).not.toBe(queryRole(other));
  });
});

test('the name of a role shows its database', () => {
  expect(queryRole({ name: 'asof_shop', oid: 5 })).toBe('asof_shop_query');
  expect(queryRole({ name: 'x'.repeat(60), oid: 5 })).toBe('asof_5_query');
});
