import { loadRegistry } from '../../db/registry/registry.ts';
import { type FeatureRow, countRows, latestVisibleRows } from '../../db/tables/visible-rows.ts';
import { fromMillis } from '../../domain/time/instant.ts';
import { momentOf } from '../shared/moment.ts';
import type { Systems } from '../shared/systems.ts';

/** Which rows of a feature table to read. */
export interface LatestRowsOptions {
  /** RFC 3339: rows are visible as of this moment. Default: now. */
  readonly asOf?: string | undefined;
  /** The number of rows, one per key. Default: 20. */
  readonly limit?: number | undefined;
}

export async function latestRows(
  systems: Systems,
  name: string,
  { asOf, limit = 20 }: LatestRowsOptions,
): Promise<FeatureRow[]> {
  const moment = asOf === undefined ? fromMillis(Date.now()) : momentOf('asOf', asOf);
  const pool = await systems.pool();
  return latestVisibleRows(pool, (await loadRegistry(pool)).featureTable(name), moment, limit);
}

export async function countFeatureRows(systems: Systems, name: string): Promise<number> {
  const pool = await systems.pool();
  const table = (await loadRegistry(pool)).featureTable(name);
  return countRows(pool, table.name);
}
