import { progress, table } from '../../../cli/shared/output.ts';
import type { Pool } from '../../../db/sql/client.ts';
import { type FeatureRow, latestVisibleRows } from '../../../db/tables/visible-rows.ts';
import type { StreamTableDefinition } from '../../../domain/registry/definition.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import { fromMillis } from '../../../domain/time/instant.ts';

const USERS = 5;

/** The users who were active last, by the source's first stream table. */
export async function latestUsers(pool: Pool, { tables, source }: StreamEngine): Promise<string[]> {
  const rows = await latestVisibleRows(pool, tables[0]!.definition, fromMillis(Date.now()), USERS);
  return rows.map((row) => String(row[source.entity]));
}

/** Shows the newest visible rows of the users who were active last. */
export async function showFeatures(pool: Pool, definition: StreamTableDefinition): Promise<void> {
  const rows = await latestVisibleRows(pool, definition, fromMillis(Date.now()), USERS);
  const columns = [...definition.primaryKeys, 'feature_ts', ...definition.features.map(({ name }) => name)];
  progress(`\nfeatures.${definition.name}, as of now:\n${table(rows.map(readable), columns)}`);
}

function readable(row: FeatureRow): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, show(value)]));
}

function show(value: FeatureRow[string]): string {
  if (value === null) return '–';
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  return typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : value;
}
