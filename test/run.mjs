// `npm test` runs every check, the quick ones first, and stops at the first that fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'asof-test-'));
const totals = { passed: 0, failed: 0 };

/** What makes all stacks of the tests one: the addresses of servers, and of their ports. */
const shared = [
  'DATABASE_URL',
  'KAFKA_BROKERS',
  'REDIS_URL',
  'MLFLOW_TRACKING_URI',
  'TEMPORAL_ADDRESS',
  'ASOF_PORT_BASE',
];
/** A stack takes 1.2 GB, and its tests as much again. */
const hasRoom = totalmem() > 12 * 2 ** 30;
/** On how many stacks the integration tests run at the same time. */
const stacks = hasRoom && !shared.some((name) => process.env[name]) ? 2 : 1;

const run = (title, command, args) => {
  console.log(`\n▶ ${title}`);
  const start = performance.now();
  const { status } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ASOF_TEST_STACKS: String(stacks), ...process.env },
  });
  console.log(`${status === 0 ? '✔' : '✖'} ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return status === 0;
};

const vitest = (title, ...projects) => {
  const report = join(reports, `${projects.join('-')}.json`);
  const selected = projects.flatMap((project) => ['--project', project]);
  const passed = run(title, 'vitest', [
    'run',
    ...selected,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  return passed;
};

const passed =
  run('lint', 'eslint', ['.']) &&
  run('format', 'prettier', ['--check', '--log-level', 'warn', '.']) &&
  run('types', 'tsc', ['--noEmit']) &&
  run('boundaries', 'depcruise', ['--config', '.dependency-cruiser.cjs', '.']) &&
  run('unused code', 'knip', ['--no-progress']) &&
  run('licences', 'tsx', ['test/audit/main.ts', '--report-vulnerabilities']) &&
  vitest('unit, property and workflow tests', 'unit', 'property', 'workflow') &&
  vitest('integration tests on the real servers', 'integration');

rmSync(reports, { recursive: true });
console.log(`\ntests: ${totals.passed} passed, ${totals.failed} failed`);
process.exit(passed ? 0 : 1);
