import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stackEnvironment } from '../../../stack/index.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { withDeployment } from '../../support/projects/deployment.ts';
import { copyClone, packAsof, runIn } from '../../support/servers/packed.ts';

/** A minute where no other test runs; npm may have to fetch packages first. */
const LONG = { timeout: 900_000 };

const PLAIN = ['--skipLibCheck', 'false', '--exactOptionalPropertyTypes', 'false'];
const INSTALL = ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'];

test(
  'the package installs in an empty folder, and the project that it makes runs and tests itself',
  LONG,
  async () => {
    await outsideOfTheClone(async (folder) => {
      const clone = copyClone(folder);
      await leavesTheCloneAsItWas(clone);
      const archive = await packAsof(clone, folder);
      const home = join(folder, 'home');
      mkdirSync(home);
      // No install script may fetch anything: this proxy of the one that would refuses.
      const offline = { ...process.env, GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9' };
      await succeeds(home, [...INSTALL, archive], offline);
      expect(existsSync(join(home, 'node_modules/onnxruntime-node'))).toBe(false);
      const bare = await runIn(home, ['npx', 'asof', 'apply', '--yes'], process.env);
      expect(bare).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('ASOF_DEFINITIONS_MISSING') as string,
      });

      await succeeds(home, ['npx', 'asof', 'init', 'my-features'], process.env);
      const project = join(home, 'my-features');
      const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
        dependencies: object;
      };
      expect(manifest.dependencies).toEqual({ asof: `file:../../${archive.slice(folder.length + 1)}` });
      // The same packages, where the project has them: npm adds the others.
      renameSync(join(home, 'node_modules'), join(project, 'node_modules'));
      await succeeds(project, INSTALL, offline);
      await runsAndTestsItself(project);
      await goesOnWhereItStopped(project);
      await servesModels(project);
    });
  },
);

async function outsideOfTheClone(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asof-package-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A pack that fails after all is built leaves the clone as it was, and so does Ctrl-C on the way. */
async function leavesTheCloneAsItWas(clone: string): Promise<void> {
  const filesOf = () => readdirSync(clone).sort();
  const before = filesOf();
  const manifest = readFileSync(join(clone, 'package.json'), 'utf8');
  const failed = await runIn(clone, ['npm', 'pack', '--pack-destination', '/no/such'], process.env);
  expect(failed, failed.stderr).not.toMatchObject({ code: 0 });
  expect(failed.stderr).toMatch(/no such file or directory, open '\/no\/such\//);
  await eventually('the clone to be back', () => Promise.resolve(filesOf().join() === before.join()));
  expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(manifest);

  const npm = spawn('npm', ['pack'], { cwd: clone, stdio: 'ignore', detached: true });
  await eventually('a pack', () => Promise.resolve(filesOf().length > before.length));
  process.kill(-npm.pid!, 'SIGINT');
  await eventually('the clone to be back', () => Promise.resolve(filesOf().join() === before.join()));
  expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(manifest);
}

/** The tests need no servers, and pass before the demo and after it. */
async function runsAndTestsItself(project: string): Promise<void> {
  await withServers(async (environment) => {
    await testsItself(project);
    const demo = await succeeds(project, ['npm', 'run', 'demo'], environment);
    expect(demo).toMatch(/create event source shop-orders[\s\S]*create training set repeat_order/);
    expectSampleRows(demo);
    expect(JSON.parse(demo.trim().split('\n').at(-1)!)).toEqual({ clean: true, raw: 150 });

    const again = await runIn(project, ['npx', 'asof', 'apply'], environment);
    expect(again, again.stderr).toMatchObject({ code: 0, stdout: 'nothing to change\n' });
    await testsItself(project);
    expectSampleRows(await succeeds(project, ['npm', 'run', 'demo'], environment));
    // The declarations are whole, for a project that checks those of its packages too. Temporal's do not bear more.
    await succeeds(project, ['npx', 'tsc', '--noEmit', ...PLAIN], environment);
  });
}

async function testsItself(project: string): Promise<void> {
  const { DATABASE_URL: _, ...environment } = process.env;
  const nowhere = { ...environment, KAFKA_BROKERS: '127.0.0.1:9', TEMPORAL_ADDRESS: '127.0.0.1:9' };
  expect(await succeeds(project, ['npm', 'test'], nowhere)).toMatch(/^# pass 2$/m);
}

/** A demo that stopped after its import imports the same events again, and counts them once. */
async function goesOnWhereItStopped(project: string): Promise<void> {
  await withServers(async (environment) => {
    await succeeds(project, ['npx', 'asof', 'apply', '--yes'], environment);
    const file = ['data/orders.ndjson', '--source', 'shop-orders', '--sort'];
    await succeeds(project, ['npx', 'asof', 'import', ...file], environment);
    const demo = await succeeds(project, ['npm', 'run', 'demo'], environment);
    expectSampleRows(demo);
    expect(JSON.parse(demo.trim().split('\n').at(-1)!)).toEqual({ clean: true, raw: 300 });
  });
}

function expectSampleRows(demo: string): void {
  expect(demo).toMatch(/c01 *' *│ 2026-03-05T18:00:00.000Z *│ '11' *│ 115.4 /);
  expect(demo).toMatch(/training set ts_\w+: 20 rows in data\/repeat-order.parquet/);
}

/** The test's servers, in a namespace and a database of their own. */
async function withServers(work: (environment: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  await withDeployment(async ({ settings, namespace }) =>
    work({
      ...process.env,
      ...stackEnvironment(),
      DATABASE_URL: settings.databaseUrl,
      REDIS_URL: settings.redisUrl,
      ASOF_NAMESPACE: namespace,
      ASOF_TASK_QUEUE: settings.temporal.taskQueue,
    }),
  );
}

/** The runtime of models loads from the package. */
async function servesModels(project: string): Promise<void> {
  const module = join(project, 'node_modules/asof/dist/adapters/onnx/onnx-model.js');
  const script = `const { OnnxModel } = await import(${JSON.stringify(module)});
    await OnnxModel.load(new Uint8Array(4), { inputs: [] }, 'none').catch(({ code }) => console.log(code));`;
  const loaded = await succeeds(project, ['node', '--input-type=module', '--eval', script], process.env);
  expect(loaded).toBe('ASOF_MODEL_NOT_SERVABLE\n');
}

async function succeeds(
  folder: string,
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { code, stdout, stderr } = await runIn(folder, command, environment);
  expect(code, `${command.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}
