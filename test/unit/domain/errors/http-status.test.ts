import { expect, test } from 'vitest';
import type { ErrorEntry } from '../../../../domain/errors/error-entry.ts';
import { ERRORS, ERROR_SECTIONS, type ErrorCode } from '../../../../domain/errors/errors.ts';
import { httpStatus } from '../../../../domain/errors/http-status.ts';

/** Codes of kind input that the operator of the endpoint must fix, not the caller. */
const OF_THE_SERVER = new Set<ErrorCode>([
  'ASOF_INTERNAL',
  'ASOF_MODEL_CHANGED',
  'ASOF_MODEL_NOT_SERVABLE',
  'ASOF_MODEL_UNKNOWN',
]);

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
  ['ASOF_MLFLOW_REFUSED', 400],
  ['ASOF_CURSOR_MOVED', 409],
])('an endpoint answers %s with %d', (code, status) => {
  expect(httpStatus(code)).toBe(status);
});

test('every code of serving states its status', () => {
  const sections: Readonly<Record<string, ErrorEntry>> = ERROR_SECTIONS.serving;
  expect(Object.values(sections).map(({ status }) => typeof status)).not.toContain('undefined');
});

test.each(Object.keys(ERRORS) as ErrorCode[])('the status of %s agrees with its kind', (code) => {
  const { kind } = ERRORS[code];
  const status = httpStatus(code);
  if (kind === 'conflict') expect(status).toBe(409);
  else if (kind === 'unavailable') expect(status).toBe(503);
  else expect(status >= 500, `${code} ${status}`).toBe(OF_THE_SERVER.has(code));
});
