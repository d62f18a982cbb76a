import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { leastToolVersions, versions } from '../versions.ts';
import { lockFingerprint, lockPath } from './locks/index.ts';
import type { Software } from './software.ts';

const LOCK = ['go.mod', 'go.sum'];
const module = 'github.com/temporalio/cli';

/**
 * Server, CLI and Web UI in one binary. The linker sets its version. It is built as a module of the lock, because
 * Go then takes only modules with the hashes of its `go.sum`.
 */
export const temporalSoftware: Software = {
  folder: `temporal-${versions.temporal}-${lockFingerprint(...LOCK.map((name) => lockPath('temporal', name)))}`,
  how: 'building Temporal from its Go module (takes minutes, once)',
  tools: [
    {
      command: 'go',
      install: 'Install Go (Debian: `apt-get install golang`, in a release that has it).',
      version: { args: ['env', 'GOVERSION'], atLeast: leastToolVersions.go },
    },
  ],
  build: async ({ folder, log, signal, detail }) => {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    for (const name of LOCK) copyFileSync(lockPath('temporal', name), join(folder, name));
    await run(
      'go',
      [
        'build',
        '-v',
        '-trimpath',
        '-mod=readonly',
        ...['-o', temporalBinary(folder)],
        '-ldflags',
        `-s -w -X ${module}/temporalcli.Version=${versions.temporal}`,
        `${module}/cmd/temporal`,
      ],
      { cwd: folder, env: { GOTMPDIR: temporary, GOWORK: 'off' }, log, signal, detail },
    );
    rmSync(temporary, { recursive: true });
    for (const name of LOCK) rmSync(join(folder, name));
  },
};

export function temporalBinary(software: string): string {
  return join(software, 'temporal');
}
