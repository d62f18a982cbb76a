import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dataRoots } from '../../../config/data-roots.ts';

beforeEach(() => {
  vi.stubEnv('ASOF_DATA_ROOTS', undefined);
  vi.stubEnv('ASOF_CACHE', '/cache');
});
afterEach(() => vi.unstubAllEnvs());

test('the data root of a project is its folder data, and Asof keeps its files in its cache', () => {
  expect(dataRoots('/project')).toEqual({ declared: ['/project/data'], kept: '/cache/files' });
  expect(dataRoots().declared).toEqual([join(process.cwd(), 'data')]);
});

test('folders can be declared, and those who share the first share what is kept', () => {
  vi.stubEnv('ASOF_DATA_ROOTS', '/srv/labels:/srv/sets');
  expect(dataRoots('/project')).toEqual({
    declared: ['/srv/labels', '/srv/sets'],
    kept: '/srv/labels/.asof',
  });
});

test.each(['/', ':/srv', '/srv:', '/srv::/x', '/srv/..', '/./', 'data', './data', '~/data', '/srv:sets'])(
  'no setting opens the whole machine or the working directory by mistake: %j',
  (setting) => {
    vi.stubEnv('ASOF_DATA_ROOTS', setting);
    expect(() => dataRoots('/project')).toThrow(
      expect.objectContaining({ code: 'ASOF_DATA_ROOTS_INVALID', kind: 'input' }),
    );
  },
);
