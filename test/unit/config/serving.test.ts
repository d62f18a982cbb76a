import { afterEach, expect, test, vi } from 'vitest';
import { servingLimits } from '../../../config/serving.ts';

afterEach(() => void vi.unstubAllEnvs());

test('the environment sets the limits of requests, and leaves those that it does not name', () => {
  expect(servingLimits()).toEqual({});
  vi.stubEnv('ASOF_SERVING_BODY_LIMIT', '65536');
  expect(servingLimits()).toEqual({ bodyBytes: 65_536 });
  vi.stubEnv('ASOF_SERVING_RECORD_LIMIT', '10');
  vi.stubEnv('ASOF_SERVING_BODY_LIMIT', '');
  expect(servingLimits()).toEqual({ records: 10 });
});

test.each(['0', '-1', '1.5', '1e3', ' 1', '1MB', '9'.repeat(20), 'NaN'])('%j is no limit', (text) => {
  vi.stubEnv('ASOF_SERVING_RECORD_LIMIT', text);
  expect(() => servingLimits()).toThrow(/^ASOF_SERVING_RECORD_LIMIT is not a whole number above 0/);
});
