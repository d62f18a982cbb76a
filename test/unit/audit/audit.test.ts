import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { unfitLicences } from '../../audit/licences.ts';
import { vulnerabilities } from '../../audit/vulnerabilities.ts';

test('a package without a fit licence is named', () => {
  const packages = {
    '': { version: '1.0.0', license: 'Proprietary' },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/a/node_modules/@b/c': { version: '2.0.0', license: 'GPL-3.0-only' },
    'node_modules/d': { version: '3.0.0' },
    'node_modules/e': { version: '4.0.0', license: '(GPL-3.0-only OR ISC)' },
    'node_modules/f': { version: '5.0.0', license: 'Apache-2.0 AND LGPL-2.1-only' },
    'node_modules/g': { version: '6.0.0', license: 'Apache-2.0 AND MIT' },
  };
  expect(unfitLicences({ packages })).toEqual([
    '@b/c 2.0.0: GPL-3.0-only',
    'd 3.0.0: no licence',
    'f 5.0.0: Apache-2.0 AND LGPL-2.1-only',
  ]);
});

test('a severe vulnerability is named, others are not', () => {
  const report = {
    vulnerabilities: {
      a: { severity: 'critical', range: '<1.2.0' },
      b: { severity: 'high', range: '*' },
      c: { severity: 'moderate', range: '*' },
    },
  };
  expect(vulnerabilities(JSON.stringify(report))).toEqual({ severe: ['a <1.2.0: critical', 'b *: high'] });
});

test.each([
  ['{"message":"405 Method Not Allowed","statusCode":405}', '405 Method Not Allowed'],
  ['', 'it sent no report'],
  ['<html>', 'it sent no report'],
])('a registry that does not answer has no vulnerabilities: %s', (output, unanswered) => {
  expect(vulnerabilities(output)).toEqual({ unanswered });
});

const VULNERABLE = '{"vulnerabilities":{"a":{"severity":"critical","range":"*"}}}';

test.each([
  { args: [], answer: VULNERABLE, status: 1, said: 'vulnerable: a *: critical' },
  { args: ['--report-vulnerabilities'], answer: VULNERABLE, status: 0, said: 'vulnerable: a *: critical' },
  { args: [], answer: '{"message":"offline"}', status: 0, said: 'the registry gives none: offline' },
])('the audit ends with $status where it says: $said ($args)', ({ args, answer, status, said }) => {
  const folder = mkdtempSync(join(tmpdir(), 'asof-audit-'));
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  const PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`;
  const command = ['--import', 'tsx', 'test/audit/main.ts', ...args];
  const audit = spawnSync(process.execPath, command, { env: { ...process.env, PATH }, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(audit.stderr).toContain(said);
  expect(audit.stdout).toContain('every licence is fit');
  expect(audit.status).toBe(status);
});
