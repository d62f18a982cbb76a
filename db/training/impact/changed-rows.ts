import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import sql, { type Sql, join, raw } from 'sql-template-tag';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CorrectedRow, CorrectedRows } from '../../../domain/training/impact.ts';
import { type LookupPlan, exportedColumns } from '../../../domain/training/lookup-plan.ts';
import type { Client, Queryable } from '../../sql/client.ts';
import { ident } from '../../sql/identifier.ts';
import { featuresOf, historyOf } from '../../sql/relations.ts';
import { microsExpression, toTimestamptz } from '../../sql/timestamp.ts';
import { rowVersions } from '../row-versions.ts';

/** The writes with a sequence above `after`, up to `through`: decimal texts. */
export interface Writes {
  readonly after: string;
  readonly through: string;
}

/** Rows with times from `first` to `last`, both included, and the file for their keys. */
export interface KeysExport {
  readonly first: Instant;
  readonly last: Instant;
  readonly path: string;
}

/**
 * The rows of a table that some writes made otherwise: the ones that are new, gone, or have another value in a
 * feature. Rows that were changed and changed back are not among them.
 *
 * @param plan a lookup of the features that count.
 * @param most how many rows to list, in the order of their times.
 */
export async function readChangedRows(
  db: Queryable,
  plan: LookupPlan,
  writes: Writes,
  most: number,
): Promise<CorrectedRows> {
  const identity = [...plan.primaryKeys, 'feature_ts'];
  const features = exportedColumns(plan).map(({ feature }) => feature);
  const columns = join(identity.map((name) => ident(name)));
  const isOther = (name: string): Sql => sql`${ident('before', name)} IS DISTINCT FROM ${ident('now', name)}`;
  const others = features.map((name) => sql`CASE WHEN ${isOther(name)} THEN ${name}::text END`);
  const marked = (cut: string): Sql =>
    sql`(SELECT *, true AS _is_there FROM ${rowVersions(plan, { which: 'at-cut', cut })} AS version)`;
  const { rows } = await db.query<{
    key: string[];
    at: string;
    was: boolean | null;
    stays: boolean | null;
    features: string[];
    of: string;
    created: string;
    removed: string;
  }>(sql`
    WITH touched AS MATERIALIZED (${touchedRows(plan, writes)}),
    compared AS (
      SELECT ARRAY[${join(plan.primaryKeys.map((name) => ident(name)))}] AS key, feature_ts,
             before._is_there AS was, now._is_there AS stays, array_remove(ARRAY[${join(others)}]::text[], NULL) AS features
      FROM touched LEFT JOIN ${marked(writes.after)} AS before USING (${columns})
        LEFT JOIN ${marked(writes.through)} AS now USING (${columns})
    ), changed AS (
      SELECT * FROM compared WHERE was IS DISTINCT FROM stays OR cardinality(features) > 0
    )
    SELECT key, ${raw(microsExpression('feature_ts'))} AS at, was, stays, features, count(*) OVER ()::text AS "of",
           (count(*) FILTER (WHERE was IS NULL) OVER ())::text AS created,
           (count(*) FILTER (WHERE stays IS NULL) OVER ())::text AS removed
    FROM changed ORDER BY feature_ts, key LIMIT ${raw(String(most))}`);
  const [first] = rows;
  return {
    table: plan.table,
    rows: Number(first?.of ?? 0),
    created: Number(first?.created ?? 0),
    removed: Number(first?.removed ?? 0),
    listed: rows.map(({ key, at, was, stays, features }): CorrectedRow => ({
      key,
      featureTs: BigInt(at),
      change: was === null ? 'created' : stays === null ? 'removed' : 'changed',
      features,
    })),
  };
}

/** The keys and times of rows of which some writes made or superseded a version. It takes no parameters, which COPY lacks. */
function touchedRows({ table, primaryKeys }: LookupPlan, { after, through }: Writes): Sql {
  const columns = join([...primaryKeys, 'feature_ts'].map((name) => ident('version', name)));
  const isAmong = sql`write.sequence > ${raw(String(BigInt(after)))} AND write.sequence <= ${raw(String(BigInt(through)))}`;
  return join(
    [
      [featuresOf(table), 'write_id'] as const,
      [historyOf(table), 'write_id'] as const,
      [historyOf(table), 'superseded_by'] as const,
    ].map(
      ([relation, column]) => sql`
        SELECT ${columns} FROM ${relation} AS version
        JOIN asof.writes AS write ON write.write_id = ${ident('version', column)} AND ${isAmong}`,
    ),
    ' UNION ',
  );
}

/**
 * Writes the keys of the rows that some writes touched at some times to a CSV file without a header.
 *
 * @returns their number.
 */
export async function exportTouchedKeys(
  client: Client,
  plan: LookupPlan,
  writes: Writes,
  { first, last, path }: KeysExport,
): Promise<number> {
  const keys = join(plan.primaryKeys.map((name) => ident(name)));
  const times = `feature_ts BETWEEN '${toTimestamptz(first)}'::timestamptz AND '${toTimestamptz(last)}'::timestamptz`;
  const query = sql`SELECT DISTINCT ${keys} FROM (${touchedRows(plan, writes)}) AS touched WHERE ${raw(times)}`;
  const copy = client.query(copyTo(`COPY (${query.text}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)`));
  await pipeline(copy, createWriteStream(path));
  return copy.rowCount;
}
