import pg from 'pg';
import { expect, test } from 'vitest';
import { databaseFailure } from '../../../../db/sql/database-failure.ts';

test.each([
  '22001',
  '23514',
  '28P01',
  '40001',
  '40P01',
  '42P01',
  '53100',
  '53400',
  '57014',
  '58030',
  'XX000',
])('a statement that fails by %s: its words, and what to do', (code) => {
  expect(databaseFailure(failure(code))).toMatchObject({
    code: 'ASOF_DATABASE_FAILED',
    kind: 'unavailable',
    message: expect.stringMatching(new RegExp(`SQLSTATE ${code}\\)\\. [A-Z]`)) as string,
  });
});

test.each(['08006', '25006', '53300', '57P01'])('a server that ends the connection by %s', (code) => {
  expect(databaseFailure(failure(code))).toMatchObject({ code: 'ASOF_DATABASE_UNAVAILABLE' });
});

test('a lock that does not come', () => {
  expect(databaseFailure(failure('55P03'))).toMatchObject({ code: 'ASOF_DATABASE_LOCKED' });
});

test('a connection that ends', () => {
  expect(databaseFailure(new Error('Connection terminated unexpectedly'))).toMatchObject({
    code: 'ASOF_DATABASE_UNAVAILABLE',
  });
});

test("an error of anything else is not the database's", () => {
  expect(databaseFailure(new TypeError('x is not a function'))).toBeUndefined();
  expect(databaseFailure(Object.assign(new Error('refused'), { syscall: 'connect' }))).toBeUndefined();
});

function failure(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('it failed', 0, 'error'), { code });
}
