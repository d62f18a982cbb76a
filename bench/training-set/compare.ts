import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DuckDb, withDuckDb } from '../../adapters/duckdb/database.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { withEmptyProject } from '../stream/asof/empty-project.ts';
import { checkpoint } from '../stream/database.ts';
import { START, USERS, definitions, fillTables } from './tables.ts';

export interface SetShape {
  readonly rows: number;
  readonly few: number;
  readonly rounds: number;
}

/** What a side took, with a spine of `rows`. */
export interface SideRun {
  readonly side: Side;
  readonly rows: number;
  readonly seconds: number;
  readonly memoryMiB: number;
}

export type Side = 'parquet' | 'copy' | 'cold' | 'warm';

export interface SetComparison {
  readonly shape: SetShape;
  readonly featureRows: number;
  readonly runs: readonly SideRun[];
  readonly cpu: ReturnType<typeof cpuSharesSince>;
}

/** Where the sides of a comparison find their files. */
interface Place {
  readonly url: string;
  readonly folder: string;
}

/** Joins the same spines with the same tables, by Asof and by DuckDB alone, in turns, and compares all rows. */
export async function compareSets(
  shape: SetShape,
  progress: Progress,
  signal: AbortSignal,
): Promise<SetComparison> {
  await stackUp({ progress, signal });
  const folder = await mkdtemp(join(tmpdir(), 'asof-bench-sets-'));
  const before = cpuTimes();
  try {
    return await withEmptyProject(async ({ source, asof, pool, url }) => {
      await asof.apply(definitions(source));
      const featureRows = await fillTables(pool);
      progress(`training-set: ${featureRows} feature rows`);
      const runs: SideRun[] = [];
      await withDuckDb(folder, async (connection) => {
        for (const rows of [shape.rows, shape.few])
          await writeSpine(connection, rows, spinePath(folder, rows));
        for (let round = 0; round < shape.rounds; round += 1)
          for (const rows of [shape.rows, shape.few]) {
            await checkpoint();
            for (const side of ['copy', 'parquet', 'cold', 'warm'] as const) {
              signal.throwIfAborted();
              const run = { side, rows, ...(await measure({ url, folder }, side, rows)) };
              runs.push(run);
              progress(
                `training-set: ${side}, ${rows} rows: ${run.seconds.toFixed(1)} s, ${run.memoryMiB} MiB`,
              );
            }
            await requireEqual(connection, folder, rows);
          }
      });
      return { shape, featureRows, runs, cpu: cpuSharesSince(before) };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A hundredth of the rows is of users without features, and some are before the first row of any. */
async function writeSpine(connection: DuckDb, rows: number, path: string): Promise<void> {
  await connection.run('SELECT setseed(0.5)');
  await connection.run(`
    COPY (SELECT 'u' || lpad(floor(random() * ${USERS * 1.01})::INT::VARCHAR, 6, '0') AS user_id,
                 make_timestamptz(((${START} - 43200 + floor(random() * 31 * 86400)) * 1000000)::BIGINT) AS observation_ts,
                 floor(random() * 2)::BIGINT AS label, ['train', 'train', 'val', 'test'][1 + floor(random() * 4)::INT] AS split
          FROM range(${rows})) TO '${path}' (FORMAT parquet)`);
}

async function measure(
  place: Place,
  side: Side,
  rows: number,
): Promise<{ seconds: number; memoryMiB: number }> {
  const { url, folder } = place;
  const [spine, out] = [spinePath(folder, rows), outPath(folder, side, rows)];
  if (side === 'copy' || side === 'parquet') return run('duckdb-side.ts', [side, url, folder, spine, out]);
  const kept = join(folder, 'kept');
  if (side === 'cold') await rm(kept, { recursive: true, force: true });
  await mkdir(kept, { recursive: true });
  return run('build.ts', [url, join(folder, 'scratch'), spine, out, kept]);
}

async function run(script: string, args: readonly string[]): Promise<{ seconds: number; memoryMiB: number }> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path, ...args]);
  const { seconds, memoryMiB } = JSON.parse(stdout) as { seconds: number; memoryMiB: number };
  return { seconds, memoryMiB };
}

/** Requires all sides to have the same rows, in any order. */
async function requireEqual(connection: DuckDb, folder: string, rows: number): Promise<void> {
  const [first, ...others] = (['parquet', 'copy', 'cold', 'warm'] as const).map(
    (side) => `'${outPath(folder, side, rows)}'`,
  );
  for (const other of others) {
    const sides = [
      [first!, other],
      [other, first!],
    ].map(([one, two]) => `(SELECT count(*) FROM (FROM ${one!} EXCEPT ALL FROM ${two!}))`);
    const read = await connection.runAndReadAll(`SELECT ${sides.join(' + ')}`);
    const differing = read.getRows()[0]![0] as bigint;
    if (differing !== 0n) throw new Error(`${differing} rows of ${first!} and ${other} differ`);
  }
}

function spinePath(folder: string, rows: number): string {
  return join(folder, `spine-${rows}.parquet`);
}

function outPath(folder: string, side: Side, rows: number): string {
  return join(folder, `${side}-${rows}.parquet`);
}
