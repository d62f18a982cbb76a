import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDb, withDuckDb } from '../../adapters/duckdb/database.ts';
import { stackUp } from '../../stack/index.ts';
import type { Progress } from '../../stack/progress.ts';
import { cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { withEmptyProject } from '../stream/asof/empty-project.ts';
import { checkpoint } from '../stream/database.ts';
import { installFeast } from './feast/feast.ts';
import type { SideFigures } from './side-files.ts';
import { type Side, measure } from './sides.ts';
import { START, USERS, definitions, fillTables } from './tables.ts';

export interface SetShape {
  readonly rows: number;
  readonly few: number;
  readonly rounds: number;
  /** Whether Feast joins the small spine. */
  readonly feast: boolean;
}

/** What a side took, with a spine of `rows`. */
export interface SideRun extends SideFigures {
  readonly side: Side;
  readonly rows: number;
}

export interface SetComparison {
  readonly shape: SetShape;
  readonly featureRows: number;
  readonly runs: readonly SideRun[];
  readonly cpu: ReturnType<typeof cpuSharesSince>;
}

/** Joins the same spines with the same tables, by Asof and by its rivals, in turns, and compares all rows. */
export async function compareSets(
  shape: SetShape,
  progress: Progress,
  signal: AbortSignal,
): Promise<SetComparison> {
  await stackUp({ progress, signal });
  const feast = shape.feast ? await installFeast(progress, signal) : undefined;
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
            const sides = sidesOf(shape, rows);
            for (const side of sides) {
              signal.throwIfAborted();
              const files = { spine: spinePath(folder, rows), out: outPath(folder, side, rows) };
              const run = { side, rows, ...(await measure({ url, folder, feast }, side, files)) };
              runs.push(run);
              progress(
                `training-set: ${side}, ${rows} rows: ${run.seconds.toFixed(1)} s, ${run.memoryMiB} MiB`,
              );
            }
            await requireEqual(
              connection,
              sides.map((side) => outPath(folder, side, rows)),
            );
          }
      });
      return { shape, featureRows, runs, cpu: cpuSharesSince(before) };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Feast joins the small spine only. A million rows were not joined after 300 s. */
function sidesOf({ few, feast }: SetShape, rows: number): readonly Side[] {
  const sides = ['copy', 'parquet', 'cold', 'warm'] as const;
  return feast && rows === few ? [...sides, 'feast'] : sides;
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

/** Requires the files of all sides to have the same rows, in any order. */
async function requireEqual(connection: DuckDb, paths: readonly string[]): Promise<void> {
  const [first, ...others] = paths.map((path) => `'${path}'`);
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
