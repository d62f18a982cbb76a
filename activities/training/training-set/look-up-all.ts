import { join } from 'node:path';
import { joinAsOf, writeWantedKeys } from '../../../adapters/duckdb/as-of-join.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import type { Client } from '../../../db/sql/client.ts';
import { type ExportedRows, exportFeatures } from '../../../db/training/export-features.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { LookupCounts } from '../../../domain/training/manifest.ts';
import type { BuildContext } from './build-context.ts';
import type { LoadedSpine } from './load-spine.ts';

type Context = Pick<BuildContext, 'scratch' | 'report' | 'signal'>;

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
  { columns }: LoadedSpine,
  scratch: string,
): Promise<number[]> {
  const wanted: number[] = [];
  for (const [index, plan] of plans.entries())
    wanted.push(await writeWantedKeys(connection, plan, columns, wantedPath(scratch, index)));
  return wanted;
}

/** Exports what each lookup may find. The database waits for nothing else meanwhile. */
export async function exportAll(
  client: Client,
  plans: readonly LookupPlan[],
  { scratch, report, signal }: Context,
): Promise<ExportedRows[]> {
  const exported: ExportedRows[] = [];
  for (const [index, plan] of plans.entries()) {
    report(`${at(index, plans)}: reading`);
    const files = { wantedPath: wantedPath(scratch, index), rowsPath: exportedPath(scratch, index) };
    exported.push(await exportFeatures(client, plan, { ...files, signal }));
  }
  return exported;
}

/** Joins the spine with what each lookup may find, and counts the spine rows for which a row was found. */
export async function joinAll(
  connection: DuckDb,
  lookups: { readonly plans: readonly LookupPlan[]; readonly exported: readonly ExportedRows[] },
  { columns, rows }: LoadedSpine,
  { scratch, report }: Context,
): Promise<LookupCounts[]> {
  const counts: LookupCounts[] = [];
  for (const [index, plan] of lookups.plans.entries()) {
    const { rows: candidates, longestRow } = lookups.exported[index]!;
    report(`${at(index, lookups.plans)}: joining ${candidates} feature rows`);
    const exported = { path: exportedPath(scratch, index), longestRow };
    const found = await joinAsOf(connection, { index, plan, columns, exported });
    counts.push({ table: plan.table, found, notFound: rows - found });
  }
  return counts;
}

function at(index: number, plans: readonly LookupPlan[]): string {
  return `look-up ${index + 1} of ${plans.length} in ${plans[index]!.table}`;
}
