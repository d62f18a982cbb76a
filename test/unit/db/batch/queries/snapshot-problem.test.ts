import pg from 'pg';
import { expect, test } from 'vitest';
import { snapshotProblem } from '../../../../../db/batch/queries/query-session.ts';

test.each(['0A000', '22023', '42704'])('%s: the session is one of another database or server', (code) => {
  expect(snapshotProblem(failure(code))).toMatchObject({ code: 'ASOF_QUERY_ROLE_UNFIT', kind: 'input' });
});

test.each(['57P01', '55000', '53300', '57014', '40001'])(
  '%s: the failure is of the server, and stays',
  (code) => {
    const error = failure(code);
    expect(snapshotProblem(error)).toBe(error);
  },
);

function failure(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code });
}
