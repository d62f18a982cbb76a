import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSuperuser } from '../servers/superuser.ts';

const SIZE = '400m';
const BLOCK_BYTES = 1 << 20;

/** A disk that can be filled up, with a tablespace of Postgres on it. */
export interface SmallDisk {
  readonly tablespace: string;
  /** Leaves no room. */
  fill(): void;
  /** Makes room again. */
  clear(): void;
  remove(): Promise<void>;
}

/** Mounts a small disk. Undefined where this process may not: only root can, on Linux. */
export async function smallDisk(databaseUrl: string): Promise<SmallDisk | undefined> {
  const disk = mkdtempSync(join(tmpdir(), 'asof-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0777`, 'asof-small-disk', disk], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(disk, { recursive: true });
    return undefined;
  }
  const tablespace = `asof_disk_${process.pid}`;
  const ballast = join(disk, 'ballast');
  const cluster = join(disk, 'tablespace');
  mkdirSync(cluster, { mode: 0o700 });
  const { username } = new URL(databaseUrl);
  await asSuperuser(databaseUrl, `CREATE TABLESPACE ${tablespace} OWNER ${username} LOCATION '${cluster}'`);
  const clear = (): void => rmSync(ballast, { force: true });
  return {
    tablespace,
    clear,
    fill: () => writeToTheEnd(ballast),
    async remove() {
      clear();
      await asSuperuser(databaseUrl, `DROP TABLESPACE ${tablespace}`);
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    },
  };
}

/** Writes until there is no room, beside others who write. */
function writeToTheEnd(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(BLOCK_BYTES);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
