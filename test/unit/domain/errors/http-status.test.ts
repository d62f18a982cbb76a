import { expect, test } from 'vitest';
import type { ErrorEntry } from '../../../../domain/errors/error-entry.ts';
import { ERRORS, ERROR_SECTIONS, type ErrorCode } from '../../../../domain/errors/errors.ts';
import { httpStatus, wordsForCallers } from '../../../../domain/errors/http-status.ts';

test.each<[ErrorCode, number]>([
  ['ASOF_REQUEST_INVALID', 400],
  ['ASOF_BODY_NOT_JSON', 400],
  ['ASOF_BODY_EMPTY', 400],
  ['ASOF_ROUTE_UNKNOWN', 404],
  ['ASOF_ENDPOINT_UNKNOWN', 404],
  ['ASOF_BODY_TOO_LARGE', 413],
  ['ASOF_BODY_TYPE_UNKNOWN', 415],
  ['ASOF_INTERNAL', 500],
  ['ASOF_MODEL_UNKNOWN', 503],
  ['ASOF_MODEL_NOT_SERVABLE', 503],
  ['ASOF_ONLINE_TABLE_UNPUBLISHED', 503],
  ['ASOF_ONLINE_FEATURE_MISSING', 503],
  ['ASOF_REDIS_UNAVAILABLE', 503],
  ['ASOF_MLFLOW_UNAVAILABLE', 503],
  ['ASOF_MLFLOW_REFUSED', 503],
  ['ASOF_DATABASE_LOCKED', 503],
  ['ASOF_REQUEST_TOO_SLOW', 408],
  ['ASOF_REQUEST_MALFORMED', 400],
])('an endpoint answers %s with %d', (code, status) => {
  expect(httpStatus(code)).toBe(status);
});

test('every code of serving states its status', () => {
  const sections: Readonly<Record<string, ErrorEntry>> = ERROR_SECTIONS.serving;
  expect(Object.values(sections).map(({ status }) => typeof status)).not.toContain('undefined');
});

test.each(Object.keys(ERRORS) as ErrorCode[])(
  'an answer with %s blames the request only if it is to blame',
  (code) => {
    const isOfServing = code in ERROR_SECTIONS.serving;
    if (ERRORS[code].kind !== 'input') expect(httpStatus(code)).toBe(503);
    if (!isOfServing) expect(httpStatus(code)).toBe(503);
  },
);

test('the words of an error are for callers if the table gives it a status', () => {
  expect(wordsForCallers('ASOF_REQUEST_INVALID')).toBeUndefined();
  expect(wordsForCallers('ASOF_REDIS_UNAVAILABLE')).toBe(
    'the online store cannot be reached, or refuses a command; the log of the server says more',
  );
});
