import sql, { join, raw } from 'sql-template-tag';
import { type LookupPlan, exportedColumns } from '../../domain/training/lookup-plan.ts';
import type { VersionsRead } from '../../domain/training/versions-read.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { microsExpression } from '../sql/timestamp.ts';
import { type ExportedRows, copiedFeature, copyToCsv } from './copy-to-csv.ts';
import { rowVersions } from './row-versions.ts';
import { copyWanted, hasWantedKeys } from './wanted-keys.ts';

/** The files of an export, and the signal that cancels it. */
export interface FeatureExport {
  /** CSV to read, as for {@link copyWanted}. */
  readonly wantedPath: string;
  /** CSV without a header, to write. */
  readonly rowsPath: string;
  readonly versions: VersionsRead;
  /** Omitted: the export cannot be cancelled. */
  readonly signal?: AbortSignal;
}

/**
 * Exports the rows of a feature table that a lookup could find. Each line has the primary keys, `feature_ts`
 * in microseconds since 1970, and the features of the lookup, a vector as one JSON list. Where all versions are
 * read, the sequences of the write that made a version and of the one that superseded it stand before the features.
 */
export async function exportFeatures(
  client: Client,
  plan: LookupPlan,
  { wantedPath, rowsPath, versions, signal }: FeatureExport,
): Promise<ExportedRows> {
  await copyWanted(client, plan, wantedPath, signal);
  const { rows } = await client.query<{ earliest: number; latest: number }>(
    'SELECT min(earliest) AS earliest, max(latest) AS latest FROM wanted',
  );
  const { earliest, latest } = rows[0]!;
  const features = exportedColumns(plan).map(({ feature, isVector }) => copiedFeature(feature, isVector));
  const keys = plan.primaryKeys.map((key) => ident('feature', key));
  const sequences = versions.which === 'all' ? [raw('_written'), raw('_superseded')] : [];
  // COPY takes no parameters. The overall bounds let the planner exclude chunks of the hypertable.
  const query = sql`
    SELECT ${join([...keys, raw(microsExpression('feature.feature_ts')), ...sequences, ...features])}
    FROM ${rowVersions(plan, versions)} AS feature
    JOIN wanted ON ${hasWantedKeys(plan)} AND feature.feature_ts BETWEEN to_timestamp(wanted.earliest) AND to_timestamp(wanted.latest)
    WHERE feature.feature_ts BETWEEN to_timestamp(${raw(String(earliest))}) AND to_timestamp(${raw(String(latest))})`;
  // Without a text or a vector no row is long.
  const isLong = plan.features.some(({ type, vector }) => type === 'string' || vector !== undefined);
  const exported = await copyToCsv(client, query, { path: rowsPath, signal }, isLong);
  await client.query('DROP TABLE wanted');
  return exported;
}
