import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../processes/run.ts';
import { debianRelease, versions } from '../../versions.ts';
import type { Build, Software } from '../software.ts';
import type { Tool } from '../tool.ts';
import { checkedVersions } from './archive-versions.ts';
import { debianMirror } from './mirror.ts';
import { useOwnLibraries } from './patch-elf.ts';
import { downloadPackages } from './private-apt.ts';

const packages = ['postgresql-17', 'postgresql-17-timescaledb', 'redis-server', 'patchelf'];
const postgresPrograms = 'usr/lib/postgresql/17/bin';
const otherPrograms = 'usr/bin';

const aptHint =
  "TimescaleDB and Redis come as Debian's packages, which takes a Debian or a relative of it; elsewhere start Docker.";

const tools: Tool[] = [
  { command: 'apt-get', install: aptHint },
  { command: 'dpkg-deb', install: aptHint },
];

/** PostgreSQL with TimescaleDB, and Redis: Debian's packages, unpacked into a folder of their own. */
export const debianSoftware: Software = {
  folder: `debian-${debianRelease}-timescaledb-${versions.timescaledb}-redis-${versions.redis}`,
  how: "fetching Debian's packages of TimescaleDB and Redis",
  tools,
  build,
};

export function postgresProgram(software: string, program: string): string {
  return join(software, postgresPrograms, program);
}

export function redisProgram(software: string): string {
  return join(software, otherPrograms, 'redis-server');
}

async function build({ folder, destination, log, signal, detail }: Build): Promise<void> {
  const options = { cwd: folder, log, signal, detail };
  const root = join(folder, 'apt');
  const archives = await downloadPackages(packages, { ...options, root, mirror: await debianMirror() });
  const found = checkedVersions(archives);
  for (const archive of archives) await run('dpkg-deb', ['--extract', archive, folder], options);
  await useOwnLibraries(folder, {
    ...options,
    finalTree: destination,
    folders: [postgresPrograms, otherPrograms],
  });
  writeFileSync(join(folder, 'versions.json'), JSON.stringify(found, null, 2));
  rmSync(root, { recursive: true });
}
