import { afterEach, expect, test, vi } from 'vitest';
import { batchQuerySettings } from '../../../config/servers.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('batch queries have the URL and the time of the environment', () => {
  vi.stubEnv('ASOF_QUERY_DATABASE_URL', 'postgres://query@db/asof');
  vi.stubEnv('ASOF_QUERY_TIMEOUT', '30 minutes');
  expect(batchQuerySettings()).toEqual({ url: 'postgres://query@db/asof', longest: 1_800_000 });
  vi.stubEnv('ASOF_QUERY_DATABASE_URL', '');
  vi.stubEnv('ASOF_QUERY_TIMEOUT', '');
  expect(batchQuerySettings()).toEqual({ url: undefined });
});

test.each(['0 seconds', '6 hours', 'soon', '-1 hours', '1.5 hours'])('a time of %s is refused', (timeout) => {
  vi.stubEnv('ASOF_QUERY_TIMEOUT', timeout);
  expect(() => batchQuerySettings()).toThrow(
    expect.objectContaining({
      code: 'ASOF_QUERY_SETTINGS_INVALID',
      message: expect.stringMatching(/such as '30 minutes', at most '5 hours'/) as string,
    }),
  );
});
