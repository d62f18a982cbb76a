import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import sql, { join, raw } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { microsExpression } from '../sql/timestamp.ts';

/** The files of an export, and the signal that cancels it. */
export interface FeatureExport {
  /**
   * CSV without a header, to read. Each line has the primary keys, then the earliest and the latest
   * `feature_ts` to take, in seconds since 1970.
   */
  readonly wantedPath: string;
  /** CSV without a header, to write. */
  readonly rowsPath: string;
  /** Omitted: the export cannot be cancelled. */
  readonly signal?: AbortSignal;
}

/**
 * Exports the rows of a feature table that a lookup could find. Each line has the primary keys, `feature_ts`
 * in microseconds since 1970, and the features of the lookup.
 *
 * @returns the number of rows.
 */
export async function exportFeatures(
  client: Client,
  plan: LookupPlan,
  { wantedPath, rowsPath, signal }: FeatureExport,
): Promise<number> {
  await copyWanted(client, plan, wantedPath, signal);
  const { rows } = await client.query<{ earliest: number; latest: number }>(
    'SELECT min(earliest) AS earliest, max(latest) AS latest FROM wanted',
  );
  const { earliest, latest } = rows[0]!;
  const features = plan.features.map(({ feature }) => ident('feature', feature));
  const keys = plan.primaryKeys.map((key) => ident('feature', key));
  // COPY takes no parameters. The overall bounds let the planner exclude chunks of the hypertable.
  const query = sql`
    SELECT ${join([...keys, raw(microsExpression('feature.feature_ts')), ...features])}
    FROM ${featuresOf(plan.table)} AS feature
    JOIN wanted ON ${join(
      keys.map((key, index) => sql`${key} = wanted.${ident(`k${index}`)}`),
      ' AND ',
    )} AND feature.feature_ts BETWEEN to_timestamp(wanted.earliest) AND to_timestamp(wanted.latest)
    WHERE feature.feature_ts BETWEEN to_timestamp(${raw(String(earliest))}) AND to_timestamp(${raw(String(latest))})`;
  const copy = client.query(copyTo(`COPY (${query.text}) TO STDOUT (FORMAT csv)`));
  await pipeline(copy, createWriteStream(rowsPath), { signal });
  await client.query('DROP TABLE wanted');
  return copy.rowCount;
}

/** Makes the temporary table `wanted` from the wanted keys. */
async function copyWanted(
  client: Client,
  { primaryKeys }: LookupPlan,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const keys = primaryKeys.map((_, index) => sql`${ident(`k${index}`)} text`);
  await client.query(sql`
    CREATE TEMPORARY TABLE wanted (${join(keys)}, earliest double precision, latest double precision) ON COMMIT DROP`);
  await pipeline(createReadStream(path), client.query(copyFrom('COPY wanted FROM STDIN (FORMAT csv)')), {
    signal,
  });
  await client.query('ANALYZE wanted');
}
