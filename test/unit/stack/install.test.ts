import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stackLayout } from '../../../stack/layout.ts';
import { run } from '../../../stack/processes/run.ts';
import { reporterFor } from '../../../stack/progress.ts';
import { type Build, type Software, install } from '../../../stack/software/software.ts';
import { useTemporaryCache } from './temporary-cache.ts';

useTemporaryCache();

test('concurrent installations share one build, and later ones reuse it', async () => {
  let builds = 0;
  const thing = software(async (build) => {
    builds += 1;
    await writesOneFile(build);
  });
  const paths = await Promise.all([installed(thing), installed(thing)]);
  await installed(thing);
  expect(new Set(paths)).toEqual(new Set([join(stackLayout().software, 'thing-1.0')]));
  expect(readdirSync(paths[0])).toEqual(['program']);
  expect(builds).toBe(1);
});

test('a failed installation leaves nothing, and the next one starts from the beginning', async () => {
  const failing = software(async (build) => {
    await writesOneFile(build);
    throw new Error('the network is down');
  });
  await expect(installed(failing)).rejects.toThrow('the network is down');
  expect(existsSync(join(stackLayout().software, 'thing-1.0'))).toBe(false);
  const path = await installed(
    software(({ folder }) => Promise.resolve(writeFileSync(join(folder, 'other'), ''))),
  );
  expect(readdirSync(path)).toEqual(['other']);
});

test('the remains of a killed installation are removed', async () => {
  const remains = join(stackLayout().software, 'thing-1.0.building');
  mkdirSync(remains, { recursive: true });
  writeFileSync(join(remains, 'half'), '');
  expect(readdirSync(await installed(software(writesOneFile)))).toEqual(['program']);
});

test('the error of a failed command has its last output and the path of its log', async () => {
  const failing = software(({ folder, log, signal, detail }) =>
    run('sh', ['-c', 'echo cannot find module; exit 7'], { cwd: folder, log, signal, detail }),
  );
  await expect(installed(failing)).rejects.toThrow(
    /ended with 7[^]*cannot find module[^]*install-thing-1\.0\.log/,
  );
});

test('an interruption kills the build and its child processes', async () => {
  const interruption = new AbortController();
  const endless = software(({ folder, log, signal }) => {
    const detail = () => interruption.abort(new Error('interrupted'));
    return run('sh', ['-c', 'sleep 60 & echo started; wait'], { cwd: folder, log, signal, detail });
  });
  await expect(installed(endless, interruption.signal)).rejects.toThrow('interrupted');
});

function software(build: (build: Build) => Promise<void>): Software {
  return { folder: 'thing-1.0', how: 'making the thing', tools: [], build };
}

function installed(thing: Software, signal = new AbortController().signal): Promise<string> {
  return install(stackLayout(), thing, { reporter: reporterFor('thing', () => {}), signal });
}

function writesOneFile({ folder }: Build): Promise<void> {
  writeFileSync(join(folder, 'program'), '');
  return Promise.resolve();
}
