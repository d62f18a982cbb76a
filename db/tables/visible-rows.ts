import sql, { join, raw } from 'sql-template-tag';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { FeatureType } from '../../domain/registry/definition.ts';
import type { Duration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { unnest } from '../sql/bulk-insert.ts';
import type { Queryable } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { toTimestamptz } from '../sql/timestamp.ts';

/** Which rows of a feature table to read: of each key the newest that is visible. */
export interface VisibleRowsRead {
  readonly table: string;
  readonly primaryKeys: readonly string[];
  /** The features to read, in order, by name. */
  readonly features: ReadonlyMap<string, FeatureType>;
  readonly availableAfter: Duration;
  /** Null: a row of any age. */
  readonly lookback: Duration | null;
}

/** The features of the row that a look-up finds for each key as of a moment. Undefined: it finds none. */
export async function visibleRows(
  db: Queryable,
  { table, primaryKeys, features, availableAfter, lookback }: VisibleRowsRead,
  keys: readonly (readonly string[])[],
  moment: Instant,
): Promise<(Readonly<Record<string, FeatureValue>> | undefined)[]> {
  const wanted = unnest(
    [
      { name: 'n', type: 'bigint', values: [...keys.keys()] },
      ...primaryKeys.map((name, at) => ({ name, type: 'text', values: keys.map((key) => key[at]!) })),
    ],
    'wanted',
  );
  const isKey = primaryKeys.map((name) => sql`stored.${ident(name)} = ${ident('wanted', name)}`);
  const isRecent =
    lookback === null ? raw('true') : sql`stored.feature_ts > ${toTimestamptz(moment - lookback)}`;
  const values = [...features].map(([name, type]) =>
    type === 'bigint' ? sql`stored.${ident(name)}::float8` : sql`stored.${ident(name)}`,
  );
  const { text, values: parameters } = sql`
    SELECT wanted.n::int, found.* FROM ${wanted} CROSS JOIN LATERAL (
      SELECT ${join(values)} FROM ${featuresOf(table)} AS stored
      WHERE ${join(isKey, ' AND ')} AND stored.feature_ts <= ${toTimestamptz(moment - availableAfter)} AND ${isRecent}
      ORDER BY stored.feature_ts DESC LIMIT 1) AS found`;
  const { rows } = await db.query<[number, ...FeatureValue[]]>({
    text,
    values: parameters,
    rowMode: 'array',
  });
  const names = [...features.keys()];
  const found = new Map(
    rows.map(([n, ...row]) => [n, Object.fromEntries(names.map((name, at) => [name, row[at]!] as const))]),
  );
  return keys.map((_, n) => found.get(n));
}
