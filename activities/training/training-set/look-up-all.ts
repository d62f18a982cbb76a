import { join } from 'node:path';
import { type AsOfJoin, joinAsOf, writeWantedKeys } from '../../../adapters/duckdb/as-of-join.ts';
import { readCandidates } from '../../../adapters/duckdb/candidates.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { readMirrored } from '../../../adapters/duckdb/mirror.ts';
import type { Client } from '../../../db/sql/client.ts';
import type { ExportedRows } from '../../../db/training/copy-to-csv.ts';
import { exportFeatures } from '../../../db/training/export-features.ts';
import type { LookupsRead } from '../../../db/training/versions/versions-to-read.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { LookupCounts, TrainingSetWay } from '../../../domain/training/manifest.ts';
import type { BuildContext } from './build-context.ts';
import type { LoadedSpine } from './load-spine.ts';
import { lookUpAsWay, prepareTimes } from './look-up-as-way.ts';
import { type MirrorContext, type MirrorableLookup, mirrorLookup } from './mirrored-lookup.ts';

type Context = Pick<BuildContext, 'pool' | 'scratch' | 'report' | 'signal'>;

/** A file with the keys that the lookup at `index` wants, and their times. */
export function wantedPath(scratch: string, index: number): string {
  return join(scratch, `wanted-${index}.csv`);
}

function exportedPath(scratch: string, index: number): string {
  return join(scratch, `features-${index}.csv`);
}

/**
 * Writes what each lookup wants of its table.
 *
 * @returns the number of different keys of each.
 */
export async function writeAllWanted(
  connection: DuckDb,
  plans: readonly LookupPlan[],
  { columns }: Pick<LoadedSpine, 'columns'>,
  scratch: string,
): Promise<number[]> {
  const wanted: number[] = [];
  for (const [index, plan] of plans.entries())
    wanted.push(await writeWantedKeys(connection, plan, columns, wantedPath(scratch, index)));
  return wanted;
}

/** Where the candidates of a lookup come from: an export of the rows that it wants, or the mirror of its table. */
type CandidateSource =
  | { readonly from: 'export'; readonly rows: ExportedRows }
  | { readonly from: 'mirror'; readonly mirrored: NonNullable<Awaited<ReturnType<typeof mirrorLookup>>> };

/** What the mirrors of tables need to know. Versions that are not current are never read from a mirror. */
export interface MirrorableBuild extends Pick<MirrorableLookup, 'knowledge'> {
  readonly connection: DuckDb;
  readonly spine: Pick<LoadedSpine, 'columns'>;
  /** The number of different keys of each lookup. */
  readonly wanted: readonly number[];
}

/** Reads what each lookup may find out of the database. */
export async function exportAll(
  client: Client,
  { plans, versions: reads }: LookupsRead,
  { connection, spine, wanted, knowledge }: MirrorableBuild,
  context: MirrorContext,
): Promise<CandidateSource[]> {
  const { scratch, report, signal } = context;
  const sources: CandidateSource[] = [];
  for (const [index, plan] of plans.entries()) {
    report(`${at(index, plans)}: reading`);
    const versions = reads[index]!;
    const lookup = { index, plan, columns: spine.columns, wanted: wanted[index]!, knowledge };
    const mirrored =
      versions.which === 'current' ? await mirrorLookup(client, connection, lookup, context) : undefined;
    if (mirrored) sources.push({ from: 'mirror', mirrored });
    else {
      const files = { wantedPath: wantedPath(scratch, index), rowsPath: exportedPath(scratch, index) };
      const rows = await exportFeatures(client, plan, { ...files, versions, signal });
      sources.push({ from: 'export', rows });
    }
  }
  return sources;
}

/** The lookups of a build, in its way, and where the candidates of each come from. */
export interface ReadLookups extends LookupsRead {
  readonly way: TrainingSetWay;
  readonly sources: readonly CandidateSource[];
}

/** Joins the spine with what each lookup may find, and counts the spine rows for which a row was found. */
export async function joinAll(
  connection: DuckDb,
  { plans, versions, sources, way }: ReadLookups,
  { columns, rows }: Pick<LoadedSpine, 'columns' | 'rows'>,
  context: Context,
): Promise<LookupCounts[]> {
  const { scratch, report } = context;
  const counts: LookupCounts[] = [];
  for (const [index, plan] of plans.entries()) {
    const source = sources[index]!;
    const read = versions[index]!;
    report(`${at(index, plans)}: joining`);
    if (source.from === 'mirror') await readMirrored(connection, { index, plan, ...source.mirrored });
    else {
      const { longestRow } = source.rows;
      const exported = { path: exportedPath(scratch, index), longestRow, versions: read.which };
      await readCandidates(connection, { index, plan, exported });
    }
    if (read.which === 'all') await prepareTimes(connection, { way, index, plan, read }, context);
    const lookup: AsOfJoin = { index, plan, columns, hasVersions: read.which === 'all' };
    const { found, ...assumed } =
      way === 'latest'
        ? { found: await joinAsOf(connection, lookup) }
        : await lookUpAsWay(connection, { ...lookup, way });
    counts.push({ table: plan.table, found, notFound: rows - found, ...assumed });
  }
  return counts;
}

function at(index: number, plans: readonly LookupPlan[]): string {
  return `look-up ${index + 1} of ${plans.length} in ${plans[index]!.table}`;
}
