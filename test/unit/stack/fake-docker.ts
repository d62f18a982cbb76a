import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';

/** Puts a `docker` first on the PATH that runs this shell script and records its calls. */
export function fakeDocker(folder: string, script = ''): { calls: () => string[] } {
  const bin = join(folder, 'bin');
  const log = join(folder, 'docker-calls');
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  const path = join(bin, 'docker');
  writeFileSync(path, `#!/bin/sh\necho "$@ [kafka port $ASOF_KAFKA_PORT]" >> '${log}'\n${script}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  return { calls: () => readFileSync(log, 'utf8').trim().split('\n') };
}
