import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stackLayout } from '../../../stack/layout.ts';
import { run } from '../../../stack/processes/run.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { kafkaSoftware } from '../../../stack/software/kafka.ts';
import { expectLocked, lockFingerprint, lockPath } from '../../../stack/software/locks/index.ts';
import { pythonSoftware } from '../../../stack/software/python.ts';
import { type Software, install } from '../../../stack/software/software.ts';
import { temporalSoftware } from '../../../stack/software/temporal.ts';
import { slf4jVersion, versions } from '../../../stack/versions.ts';
import { useTemporaryCache } from './temporary-cache.ts';

useTemporaryCache();

const folder = mkdtempSync(join(tmpdir(), 'asof-locks-'));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const CHANGED = { code: 'ASOF_STACK_DOWNLOAD_CHANGED' };

test('a folder has the files of its lock, and no other', () => {
  const libs = folderOf({ 'a.jar': 'a', 'b.jar': 'b' });
  const lock = lockOf({ 'a.jar': 'a', 'b.jar': 'b' });
  expect(() => expectLocked(libs, lock)).not.toThrow();
  writeFileSync(join(libs, 'b.jar'), 'tampered');
  writeFileSync(join(libs, 'c.jar'), 'c');
  rmSync(join(libs, 'a.jar'));
  expect(() => expectLocked(libs, lock)).toThrow(
    /a\.jar is missing[^]*b\.jar has SHA-256 [0-9a-f]{64}; expected [0-9a-f]{64}[^]*c\.jar is not in the lock/,
  );
});

test('Kafka with a changed file is not installed', async () => {
  onPath('mvn', 'mkdir libs && echo tampered > libs/kafka-clients-4.1.1.jar');
  await expect(installed(kafkaSoftware)).rejects.toMatchObject(CHANGED);
  expect(existsSync(join(stackLayout().software, kafkaSoftware.folder))).toBe(false);
});

test.each([
  ['pip', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'],
  ['uv', '  × Failed to download `mlflow==3.17.2`\n  ╰─▶ Hash mismatch for `mlflow==3.17.2`'],
  ['go', 'verifying github.com/temporalio/cli@v1.5.1: checksum mismatch\nSECURITY ERROR'],
  ['mvn', 'Checksum validation failed, expected 1234 but is 5678'],
])('a download that %s refuses for its hash is called so', async (_tool, words) => {
  const signal = new AbortController().signal;
  const running = run('sh', ['-c', `cat <<'END'\n${words}\nEND\nexit 1`], {
    cwd: tmpdir(),
    log: join(mkdtempSync(join(tmpdir(), 'asof-locks-')), 'install.log'),
    signal,
  });
  await expect(running).rejects.toMatchObject(CHANGED);
});

test('Python and Go take only what their locks name', async () => {
  const said = join(mkdtempSync(join(tmpdir(), 'asof-locks-')), 'said');
  const tool = `echo "$(basename $0) $@" >> ${said}`;
  const places = ['bootstrap/bin/pip', 'bootstrap/bin/uv', 'venv/bin/python'];
  const makes = `[ -d venv ] || { mkdir -p bootstrap/bin venv/bin; for p in ${places.join(' ')}; do cp $0 $p; done; }`;
  onPath('python3', `${tool}; ${makes}`);
  onPath('go', tool);
  await installed(pythonSoftware);
  await installed(temporalSoftware);
  const commands = readFileSync(said, 'utf8').split('\n');
  const fetching = commands.filter((line) => /^(pip|uv pip) install/.test(line));
  expect(fetching).toHaveLength(2);
  for (const line of fetching)
    expect(line).toMatch(/--require-hashes --only-binary :all: --requirement \S+\/locks\/(uv|python)\.txt$/);
  expect(commands.find((line) => line.startsWith('go '))).toMatch(/^go build .*-mod=readonly/);
});

test.each([
  [kafkaSoftware, [['kafka.sha256']]],
  [pythonSoftware, [['uv.txt'], ['python.txt']]],
  [
    temporalSoftware,
    [
      ['temporal', 'go.mod'],
      ['temporal', 'go.sum'],
    ],
  ],
])('what is installed already counts only if it has this lock: $folder', (software, locks) => {
  const fingerprint = lockFingerprint(...locks.map((names) => lockPath(...names)));
  expect(software.folder).toMatch(new RegExp(`^[a-z]+-[0-9.]+-${fingerprint}$`));
});

test('a changed lock has another fingerprint, whichever of its files changed', () => {
  const [one, other] = [lockOf({ 'a.jar': 'a' }, 'one'), lockOf({ 'b.jar': 'b' }, 'other')];
  const before = lockFingerprint(one, other);
  expect(before).toMatch(/^[0-9a-f]{8}$/);
  expect(lockFingerprint(one, other)).toBe(before);
  const changed = lockOf({ 'b.jar': 'tampered' }, 'changed');
  expect(new Set([before, lockFingerprint(one, changed), lockFingerprint(changed, other)]).size).toBe(3);
});

test('the locks name the versions of the stack, and a hash for everything', () => {
  const python = read('python.txt');
  const packages = python.split('\n').filter((line) => /^[a-z]/i.test(line));
  for (const line of packages) expect(line).toMatch(/^[\w.[\]-]+==[^ ]+( ; .+)? \\$/);
  expect(python.match(/--hash=sha256:[0-9a-f]{64}/g)!.length).toBeGreaterThan(packages.length);
  for (const wanted of read('python.in').trim().split('\n')) expect(python).toContain(`${wanted} \\`);
  expect(read('python.in')).toContain(`mlflow==${versions.mlflow}\n`);
  expect(read('uv.txt')).toContain(`${read('uv.in').trim()} \\`);
  expect(read('kafka.sha256')).toContain(`  kafka_2.13-${versions.kafka}.jar\n`);
  expect(read('kafka.sha256')).toContain(`  slf4j-simple-${slf4jVersion}.jar\n`);
  expect(read('temporal', 'go.mod')).toContain(`require github.com/temporalio/cli v${versions.temporal}\n`);
  expect(read('temporal', 'go.sum')).toMatch(/^github\.com\/temporalio\/cli \S+ h1:\S+=$/m);
});

function read(...names: string[]): string {
  return readFileSync(lockPath(...names), 'utf8');
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const libs = join(folder, 'libs');
  mkdirSync(libs, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(libs, name), content);
  return libs;
}

function lockOf(files: Readonly<Record<string, string>>, name = 'lock'): string {
  const lines = Object.entries(files).map(
    ([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`,
  );
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.sha256`);
  writeFileSync(path, lines.join(''));
  return path;
}

/** Puts a shell script before all other programs of this name. */
function onPath(name: string, script: string): void {
  const programs = mkdtempSync(join(tmpdir(), 'asof-locks-'));
  const path = join(programs, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${programs}:${process.env.PATH}`);
}

function installed(software: Software): Promise<string> {
  const signal = new AbortController().signal;
  return install(stackLayout(), software, { reporter: reporterFor('test', () => {}), signal });
}
