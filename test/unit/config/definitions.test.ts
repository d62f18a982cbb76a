import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { definitionsFolder } from '../../../config/definitions.ts';

const checkout = new URL('../../..', import.meta.url).pathname;

afterEach(() => vi.unstubAllEnvs());

test("a project's definitions are those that the environment names, else its folder `definitions`", () => {
  const project = mkdtempSync(join(tmpdir(), 'asof-definitions-'));
  expect(() => definitionsFolder(project)).toThrow(
    expect.objectContaining({ code: 'ASOF_DEFINITIONS_MISSING', details: { folder: project } }),
  );
  mkdirSync(join(project, 'definitions'));
  expect(definitionsFolder(project)).toBe('definitions');
  vi.stubEnv('ASOF_DEFINITIONS', 'elsewhere');
  expect(definitionsFolder(project)).toBe('elsewhere');
});

test("only in Asof's own checkout they are the example's", () => {
  expect(definitionsFolder(checkout)).toBe('examples/churn/definitions');
  expect(definitionsFolder(join(checkout, 'docs'))).toBe('../examples/churn/definitions');
});
