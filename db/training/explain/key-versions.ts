import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { FeatureValue } from '../../../domain/aggregation/aggregator.ts';
import type { FeatureType } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { DatedVersion } from '../../../domain/training/explain/version-times.ts';
import type { Queryable } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';

/** A key of a feature table whose rows are read. */
export interface TableKeyRead {
  readonly table: string;
  readonly primaryKeys: readonly string[];
  readonly key: readonly string[];
  /** The features to read, in order. */
  readonly features: readonly { readonly name: string; readonly type: FeatureType }[];
  /** The last sync of the table that counts as published. */
  readonly lastSync: number;
}

/** A version of a row of a key, with its writes. */
export interface KeyVersion extends DatedVersion {
  readonly writeId: string;
  readonly kind: string;
  readonly values: readonly FeatureValue[];
  /** The first published sync of the online table that held it. Null: none did. */
  readonly published: { readonly sync: number; readonly at: Instant } | null;
}

/** Which rows to read: those up to a `feature_ts`, the newest first; or those after it, the oldest first. */
export type RowsRead = { readonly upTo: Instant } | { readonly after: Instant };

/**
 * Reads versions of the rows of a key, row by row, the newest version of each first.
 *
 * @param most how many rows to read, each with all of its versions.
 */
export async function readKeyVersions(
  db: Queryable,
  read: TableKeyRead,
  rows: RowsRead,
  most: number,
): Promise<KeyVersion[]> {
  const { table, features, lastSync } = read;
  const [bound, order] =
    'upTo' in rows
      ? [sql`feature_ts <= ${toTimestamptz(rows.upTo)}`, raw('DESC')]
      : [sql`feature_ts > ${toTimestamptz(rows.after)}`, raw('ASC')];
  const columns = join(
    ['feature_ts', 'write_id', ...features.map(({ name }) => name)].map((name) => ident(name)),
  );
  const isKey = join(
    read.primaryKeys.map((name, at) => sql`${ident(name)} = ${read.key[at]!}`),
    ' AND ',
  );
  const values = features.map(({ name, type }) => selectedValue(ident('version', name), type));
  const { rows: found } = await db.query<unknown[]>({
    ...statement(sql`
      WITH version AS (
        SELECT ${columns}, NULL::bigint AS superseded_by FROM ${featuresOf(table)} WHERE ${isKey} AND ${bound}
        UNION ALL
        SELECT ${columns}, superseded_by FROM ${historyOf(table)} WHERE ${isKey} AND ${bound}
      ), near AS (SELECT DISTINCT feature_ts FROM version ORDER BY 1 ${order} LIMIT ${most})
      SELECT ${raw(microsExpression('version.feature_ts'))}, written.write_id, written.sequence, written.kind,
             ${raw(microsExpression('written.known_at'))}, superseding.sequence,
             ${raw(microsExpression('superseding.known_at'))},
             NOT EXISTS (
               SELECT FROM version AS other JOIN asof.writes AS earlier USING (write_id)
               WHERE other.feature_ts = version.feature_ts AND earlier.sequence < written.sequence),
             written.is_history, ${raw(microsExpression('written.earliest_record'))},
             ${raw(microsExpression('replaced.published_at'))},
             published.sync, ${raw(microsExpression('published.published_at'))}
             ${values.length === 0 ? sql`` : sql`, ${join(values)}`}
      FROM near JOIN version USING (feature_ts)
      JOIN asof.writes AS written ON written.write_id = version.write_id
      LEFT JOIN asof.writes AS superseding ON superseding.write_id = version.superseded_by
      LEFT JOIN LATERAL (
        SELECT sync, published_at FROM asof.online_syncs AS sync
        WHERE sync.feature_table = ${table} AND sync.published_at IS NOT NULL AND sync.sync <= ${lastSync} AND sync.sequence >= written.sequence
          AND (superseding.sequence IS NULL OR sync.sequence < superseding.sequence)
        ORDER BY sync.published_at LIMIT 1) AS published ON true
      LEFT JOIN LATERAL (
        SELECT published_at FROM asof.online_syncs AS sync
        WHERE sync.feature_table = ${table} AND sync.published_at IS NOT NULL AND sync.sync <= ${lastSync} AND sync.sequence >= superseding.sequence
        ORDER BY sync.published_at LIMIT 1) AS replaced ON true
      ORDER BY version.feature_ts ${order}, written.sequence DESC`),
    rowMode: 'array',
  });
  return found.map((row) => toVersion(row, features));
}

function statement({ text, values }: Sql): { text: string; values: unknown[] } {
  return { text, values };
}

/** A whole number as a double, which holds what Asof stores. */
function selectedValue(column: Sql, type: FeatureType): Sql {
  return type === 'bigint' ? sql`${column}::float8` : column;
}

function toVersion(row: readonly unknown[], features: TableKeyRead['features']): KeyVersion {
  const [
    featureTs,
    writeId,
    written,
    kind,
    knownAt,
    superseded,
    supersededAt,
    isFirst,
    isHistory,
    record,
    replaced,
    sync,
    at,
  ] = row as [
    string,
    string,
    string,
    string,
    string,
    string | null,
    string | null,
    boolean,
    boolean,
    string | null,
    string | null,
    number | null,
    string | null,
  ];
  return {
    featureTs: BigInt(featureTs),
    writeId,
    written: BigInt(written),
    kind,
    knownAt: BigInt(knownAt),
    superseded: superseded === null ? null : BigInt(superseded),
    supersededAt: supersededAt === null ? null : BigInt(supersededAt),
    isFirst,
    isHistory,
    earliestRecord: record === null ? null : BigInt(record),
    replacedAt: replaced === null ? null : BigInt(replaced),
    published: sync === null || at === null ? null : { sync, at: BigInt(at) },
    values: row.slice(row.length - features.length) as FeatureValue[],
  };
}
