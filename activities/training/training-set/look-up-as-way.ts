import { join } from 'node:path';
import { foundTable } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { compareWays, countDiffering } from '../../../adapters/duckdb/ways/differences.ts';
import { countFound, joinAsWay } from '../../../adapters/duckdb/ways/join-as-way.ts';
import { makeStarts } from '../../../adapters/duckdb/ways/version-starts.ts';
import { readTimes, writeSequences } from '../../../adapters/duckdb/ways/version-times.ts';
import type { LookupsRead } from '../../../db/training/versions/versions-to-read.ts';
import { exportWriteTimes } from '../../../db/training/write-times.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type {
  FeatureDifference,
  TimedWay,
  TrainingSetWay,
  WayDifference,
} from '../../../domain/training/manifest.ts';
import type { VersionsRead } from '../../../domain/training/versions-read.ts';
import type { BuildContext } from './build-context.ts';
import type { LoadedSpine } from './load-spine.ts';

interface VersionedLookup {
  readonly way: TrainingSetWay;
  readonly index: number;
  readonly plan: LookupPlan;
  readonly read: Extract<VersionsRead, { which: 'all' }>;
}

/** Finds out since when the candidates of a lookup count: in the way of the build, and in those it is compared with. */
export async function prepareTimes(
  connection: DuckDb,
  { way: built, index, plan, read }: VersionedLookup,
  { pool, scratch }: Pick<BuildContext, 'pool' | 'scratch'>,
): Promise<void> {
  const sequencesPath = join(scratch, `sequences-${index}.csv`);
  const timesPath = join(scratch, `times-${index}.csv`);
  await writeSequences(connection, index, sequencesPath);
  await exportWriteTimes(pool, { table: plan.table, lastSync: read.lastSync, sequencesPath, timesPath });
  await readTimes(connection, index, timesPath);
  const compared = comparedWays(built).filter((way) => isKnown(way, read));
  for (const way of new Set([built, ...compared]))
    if (way !== 'latest') await makeStarts(connection, { index, plan, way });
}

/** The ways that a set is compared with. One that is `latest` is compared with what was served. */
function comparedWays(built: TrainingSetWay): TrainingSetWay[] {
  if (built === 'latest') return ['as-served'];
  return built === 'as-known' ? ['latest', 'as-served'] : ['latest', 'as-known'];
}

/** Whether it is known what a table gives in a way. */
function isKnown(way: TrainingSetWay, { lastSync }: VersionedLookup['read']): boolean {
  return way !== 'as-served' || lastSync > 0;
}

/** Looks a lookup up for all rows of the spine, and counts the rows that were found, and those of them that are assumed. */
export async function lookUpAsWay(
  connection: DuckDb,
  lookup: {
    readonly index: number;
    readonly plan: LookupPlan;
    readonly columns: LoadedSpine['columns'];
    readonly way: TimedWay;
  },
): Promise<{ found: number; assumed?: number }> {
  const into = foundTable(lookup.index);
  await joinAsWay(connection, { ...lookup, rows: 'spine', into });
  const { found, assumed } = await countFound(connection, into);
  return { found, ...(lookup.way === 'as-known' && { assumed }) };
}

/** Compares what was found with what other ways give, for the lookups of which all versions were read. */
export async function compareAllWays(
  connection: DuckDb,
  { plans, versions, way }: LookupsRead & { readonly way: TrainingSetWay },
  { columns }: LoadedSpine,
): Promise<WayDifference[]> {
  const differences: WayDifference[] = [];
  for (const other of comparedWays(way)) {
    const features: FeatureDifference[] = [];
    const tables: string[] = [];
    for (const [index, plan] of plans.entries()) {
      const read = versions[index]!;
      if (read.which !== 'all' || !isKnown(other, read)) continue;
      tables.push(plan.table);
      features.push(...(await compareWays(connection, { index, plan, columns, built: way, other })));
    }
    if (tables.length > 0)
      differences.push({ way: other, rows: await countDiffering(connection, other), features, tables });
  }
  return differences;
}
