// `npm test` runs every check, the quick ones first, and stops at the first that fails.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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

const env = { ASOF_TEST_STACKS: String(stacks), ...process.env };
const path = (command) => join(root, 'node_modules/.bin', command);
const report = (title, status, start) => {
  console.log(`${status === 0 ? '✔' : '✖'} ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return status === 0;
};

/** Runs a command that prints as it goes. */
const run = (title, command, args) => {
  console.log(`\n▶ ${title}`);
  const start = performance.now();
  const { status } = spawnSync(path(command), args, { cwd: root, stdio: 'inherit', env });
  return report(title, status, start);
};

/** Runs a command beside others, and prints what it said once it has ended. */
const check = async (title, command, ...args) => {
  const start = performance.now();
  const child = spawn(path(command), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  const said = [];
  for (const output of [child.stdout, child.stderr]) output.on('data', (piece) => said.push(piece));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(said));
  return report(title, status, start);
};

const vitest = (title, ...projects) => {
  const file = join(reports, `${projects.join('-')}.json`);
  const selected = projects.flatMap((project) => ['--project', project]);
  const passed = run(title, 'vitest', [
    'run',
    ...selected,
    '--reporter=default',
    '--reporter=./test/support/failures-at-once.mjs',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += numPassedTests;
  totals.failed += numFailedTests;
  return passed;
};

/** Lint takes as long as all that stands beside it. */
const checked = async () => {
  console.log('\n▶ lint, format, types, boundaries, unused code, licences');
  const lint = check('lint', 'eslint', '.');
  const others =
    (await check('format', 'prettier', '--check', '--log-level', 'warn', '.')) &&
    (await check('types', 'tsc', '--noEmit')) &&
    (await check('boundaries', 'depcruise', '--config', '.dependency-cruiser.cjs', '.')) &&
    (await check('unused code', 'knip', '--no-progress')) &&
    (await check('licences', 'tsx', 'test/audit/main.ts', '--report-vulnerabilities'));
  return (await lint) && others;
};

const passed =
  (await checked()) &&
  vitest('unit, property and workflow tests', 'unit', 'property', 'workflow') &&
  vitest('integration tests on the real servers', 'integration');

rmSync(reports, { recursive: true });
console.log(`\ntests: ${totals.passed} passed, ${totals.failed} failed`);
process.exit(passed ? 0 : 1);
