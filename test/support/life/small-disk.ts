import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administer } from '../projects/project.ts';

const SIZE = '400m';

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
  const tablespace = disk.slice(-6).toLowerCase().replace(/^/, 'asof_disk_');
  const ballast = join(disk, 'ballast');
  const cluster = join(disk, 'tablespace');
  mkdirSync(cluster, { mode: 0o700 });
  await administer(databaseUrl, `CREATE TABLESPACE ${tablespace} LOCATION '${cluster}'`);
  const clear = (): void => rmSync(ballast, { force: true });
  return {
    tablespace,
    clear,
    fill() {
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    },
    async remove() {
      clear();
      await administer(databaseUrl, `DROP TABLESPACE ${tablespace}`);
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    },
  };
}
