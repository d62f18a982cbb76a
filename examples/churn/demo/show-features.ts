import type { Asof, FeatureRow } from 'asof/client';
import { progress, table } from '../../../cli/shared/output.ts';
import { userActivityFeatures } from '../definitions/user-activity-features.ts';
import { userEvents } from '../definitions/user-events.ts';

const USERS = 5;

/** The most recently active users. */
export async function latestUsers(asof: Asof): Promise<string[]> {
  const rows = await latestRows(asof);
  return rows.map((row) => String(row[userEvents.definition.entity]));
}

/** Prints the newest visible rows of the most recently active users. */
export async function showFeatures(asof: Asof): Promise<void> {
  const { name, primaryKeys, features } = userActivityFeatures.definition;
  const columns = [...primaryKeys, 'feature_ts', ...features.map((feature) => feature.name)];
  const rows = (await latestRows(asof)).map(readable);
  progress(`\nfeatures.${name}, as of now:\n${table(rows, columns)}`);
}

function latestRows(asof: Asof): Promise<FeatureRow[]> {
  return asof.table(userActivityFeatures.definition.name).latestRows({ limit: USERS });
}

function readable(row: FeatureRow): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, show(value)]));
}

function show(value: FeatureRow[string]): string {
  if (value === null) return '–';
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (typeof value === 'number') return String(Math.round(value * 1000) / 1000);
  return typeof value === 'string' ? value : value.join(', ');
}
