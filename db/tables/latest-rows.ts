import sql, { join, raw } from 'sql-template-tag';
import type { FeatureTableDefinition } from '../../domain/registry/definition.ts';
import { parseDuration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** A feature row as the driver returns it: columns by name, bigint columns as decimal texts. */
export type FeatureRow = Record<string, string | number | Date | readonly (string | number)[] | null>;

/**
 * The newest visible row, as of a moment, of each of the `limit` entities with the newest rows.
 *
 * @param asOf undefined: now, by the clock of the database.
 */
export async function latestVisibleRows(
  db: Queryable,
  { name, primaryKeys, availableAfter }: FeatureTableDefinition,
  asOf: Instant | undefined,
  limit: number,
): Promise<FeatureRow[]> {
  const keys = join(primaryKeys.map((key) => ident(key)));
  const moment = asOf === undefined ? sql`now()` : sql`${toTimestamptz(asOf)}::timestamptz`;
  const delay = `${parseDuration(availableAfter)!} microseconds`;
  const { rows } = await db.query<FeatureRow>(sql`
    SELECT * FROM (
      SELECT DISTINCT ON (${keys}) * FROM ${featuresOf(name)}
      WHERE feature_ts <= ${moment} - ${delay}::interval ORDER BY ${keys}, feature_ts DESC
    ) AS latest
    ORDER BY feature_ts DESC, ${keys} LIMIT ${raw(String(limit))}`);
  return rows;
}

export async function countRows(db: Queryable, table: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    sql`SELECT count(*)::float8 AS count FROM ${featuresOf(table)}`,
  );
  return rows[0]!.count;
}
