import { expect, test } from 'vitest';
import { missingRole } from '../../../../../db/batch/queries/ensure-query-login.ts';

test.each([
  [150_013, false],
  [160_000, true],
  [170_006, true],
])('on server version %i, advice to let the owner make roles: %s', (version, isOffered) => {
  const server = { user: 'shop', database: 'asof_shop', version };
  const { message } = missingRole(server, 'asof_shop_query', new Error('permission denied'));
  expect(message).toContain('CREATE ROLE "asof_shop_query" LOGIN');
  expect(message.includes('ALTER ROLE "shop" CREATEROLE')).toBe(isOffered);
});
