import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { joinByFeast } from './feast/feast.ts';
import type { SideFigures, SideFiles } from './side-files.ts';

/** What joins spine and tables. */
export type Side = 'parquet' | 'copy' | 'cold' | 'warm' | 'feast';

/** Where the sides of a comparison find the tables. */
export interface SidePlace {
  readonly url: string;
  readonly folder: string;
  /** The Python that has Feast. Undefined: Feast is left out. */
  readonly feast: string | undefined;
}

/** Runs one side, in a process of its own. */
export async function measure(
  { url, folder, feast }: SidePlace,
  side: Side,
  { spine, out }: Omit<SideFiles, 'folder'>,
): Promise<SideFigures> {
  if (side === 'feast') return joinByFeast(feast!, url, { folder, spine, out });
  if (side === 'copy' || side === 'parquet') return run('duckdb-side.ts', [side, url, folder, spine, out]);
  const kept = join(folder, 'kept');
  if (side === 'cold') await rm(kept, { recursive: true, force: true });
  await mkdir(kept, { recursive: true });
  return run('build.ts', [url, join(folder, 'scratch'), spine, out, kept]);
}

async function run(script: string, args: readonly string[]): Promise<SideFigures> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path, ...args]);
  return JSON.parse(stdout) as SideFigures;
}
