import { currentDefinitions } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { type FeatureRow, countRows, latestVisibleRows } from '../../db/tables/visible-rows.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { FeatureTableDefinition } from '../../domain/features/feature-types.ts';
import { fromMillis } from '../../domain/time/instant.ts';
import { momentOf } from '../shared/moment.ts';
import type { Systems } from '../shared/systems.ts';

/** Which rows of a feature table to read. */
export interface LatestRowsOptions {
  /** RFC 3339: the moment as of which rows are visible. Default: now. */
  readonly asOf?: string | undefined;
  /** How many rows, one for each key. Default: 20. */
  readonly limit?: number | undefined;
}

export async function latestRows(
  systems: Systems,
  name: string,
  { asOf, limit = 20 }: LatestRowsOptions,
): Promise<FeatureRow[]> {
  const moment = asOf === undefined ? fromMillis(Date.now()) : momentOf('asOf', asOf);
  const pool = await systems.pool();
  return latestVisibleRows(pool, await findFeatureTable(pool, name), moment, limit);
}

export async function countFeatureRows(systems: Systems, name: string): Promise<number> {
  const pool = await systems.pool();
  const table = await findFeatureTable(pool, name);
  return countRows(pool, table.name);
}

async function findFeatureTable(pool: Pool, name: string): Promise<FeatureTableDefinition> {
  const tables = (await currentDefinitions(pool)).filter(
    (definition) => definition.kind === 'stream_table' || definition.kind === 'batch_table',
  );
  const table = tables.find((candidate) => candidate.name === name);
  if (table) return table;
  const known = tables.map((candidate) => `'${candidate.name}'`).join(', ') || 'none';
  throw new AsofError(
    'ASOF_TABLE_UNKNOWN',
    `there is no feature table '${name}'; known: ${known}. Check the name, or run: npx asof apply`,
    { details: { name } },
  );
}
