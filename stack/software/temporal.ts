import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes/run.ts';
import { leastToolVersions, versions } from '../versions.ts';
import type { Software } from './software.ts';

const module = 'github.com/temporalio/cli';

/** Server, CLI and Web UI in one binary. The linker sets its version. */
export const temporalSoftware: Software = {
  folder: `temporal-${versions.temporal}`,
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
    await run(
      'go',
      [
        'install',
        '-v',
        '-trimpath',
        '-ldflags',
        `-s -w -X ${module}/temporalcli.Version=${versions.temporal}`,
        `${module}/cmd/temporal@v${versions.temporal}`,
      ],
      { cwd: folder, env: { GOBIN: folder, GOTMPDIR: temporary }, log, signal, detail },
    );
    rmSync(temporary, { recursive: true });
  },
};

export function temporalBinary(software: string): string {
  return join(software, 'temporal');
}
