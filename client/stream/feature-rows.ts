import { loadRegistry } from '../../db/registry/registry.ts';
import { type FeatureRow, countRows, latestVisibleRows } from '../../db/tables/latest-rows.ts';
import type { Connections } from '../shared/connections.ts';
import { momentOf } from '../shared/moment.ts';

/** Which rows of a feature table to read. */
export interface LatestRowsOptions {
  /** RFC 3339: rows are visible as of this moment. Default: now, by the clock of the database. */
  readonly asOf?: string | undefined;
  /** The number of rows, one per key. Default: 20. */
  readonly limit?: number | undefined;
}

export async function latestRows(
  connections: Connections,
  name: string,
  { asOf, limit = 20 }: LatestRowsOptions,
): Promise<FeatureRow[]> {
  const moment = asOf === undefined ? undefined : momentOf('asOf', asOf);
  const pool = await connections.pool();
  return latestVisibleRows(pool, (await loadRegistry(pool)).featureTable(name), moment, limit);
}

export async function countFeatureRows(connections: Connections, name: string): Promise<number> {
  const pool = await connections.pool();
  const table = (await loadRegistry(pool)).featureTable(name);
  return countRows(pool, table.name);
}
