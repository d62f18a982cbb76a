import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { isRefusal, isShortage, refusalWords } from '../../../../db/sql/refusal.ts';

describe('because of the data', () => {
  test.each(['22001', '22003', '22P02', '23502', '23514', '23505', '54000', '54001', '53000', '53200'])(
    '%s',
    (code) => {
      expect(isRefusal(failure(code))).toBe(true);
    },
  );

  test('a value beyond the greatest size, in the database or in JavaScript', () => {
    expect(isRefusal(failure('XX000', { message: 'invalid memory alloc request size 1073741824' }))).toBe(
      true,
    );
    expect(isRefusal(thrownBy(() => 'x'.repeat(2 ** 30)))).toBe(true);
  });
});

describe('for another reason', () => {
  test.each([
    '08006',
    '25006',
    '40001',
    '40P01',
    '42P01',
    '53100',
    '53300',
    '53400',
    '55P03',
    '57014',
    '57P01',
    '58030',
    'XX000',
  ])('%s', (code) => {
    expect(isRefusal(failure(code))).toBe(false);
  });

  test("a unique key of the engine's own tables, which tells that another writer was first", () => {
    expect(isRefusal(failure('23505', { schema: 'asof' }))).toBe(false);
    expect(isRefusal(failure('23505', { schema: 'features' }))).toBe(true);
  });

  test('what is no error of the database', () => {
    expect(isRefusal(new Error('Connection terminated unexpectedly'))).toBe(false);
  });
});

test('a shortage may be due to others', () => {
  expect(['53000', '53200', '22001', '54000'].map((code) => isShortage(failure(code)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('the words of a refusal are short, whatever they quote', () => {
  expect(refusalWords(failure('22P02', { message: 'x'.repeat(10_000) }))).toBe(
    `${'x'.repeat(300)}… (9700 characters more) (SQLSTATE 22P02)`,
  );
});

function failure(code: string, more: object = {}): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('it failed', 0, 'error'), { code, ...more });
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
