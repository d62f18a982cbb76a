import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import sql, { join, raw } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { microsExpression } from '../sql/timestamp.ts';
import { CsvRecordMeter } from './csv-record-meter.ts';
import { copyWanted, hasWantedKeys } from './wanted-keys.ts';

/** The files of an export, and the signal that cancels it. */
export interface FeatureExport {
  /** CSV to read, as for {@link copyWanted}. */
  readonly wantedPath: string;
  /** CSV without a header, to write. */
  readonly rowsPath: string;
  /** Omitted: the export cannot be cancelled. */
  readonly signal?: AbortSignal;
}

/** What an export wrote. */
export interface ExportedRows {
  readonly rows: number;
  /** The bytes of the longest row at least; 0 where no feature is a text, so that no row is long. */
  readonly longestRow: number;
}

/**
 * Exports the rows of a feature table that a lookup could find. Each line has the primary keys, `feature_ts`
 * in microseconds since 1970, and the features of the lookup.
 */
export async function exportFeatures(
  client: Client,
  plan: LookupPlan,
  { wantedPath, rowsPath, signal }: FeatureExport,
): Promise<ExportedRows> {
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
    JOIN wanted ON ${hasWantedKeys(plan)} AND feature.feature_ts BETWEEN to_timestamp(wanted.earliest) AND to_timestamp(wanted.latest)
    WHERE feature.feature_ts BETWEEN to_timestamp(${raw(String(earliest))}) AND to_timestamp(${raw(String(latest))})`;
  const copy = client.query(copyTo(`COPY (${query.text}) TO STDOUT (FORMAT csv)`));
  const meter = new CsvRecordMeter();
  const hasTexts = plan.features.some(({ type }) => type === 'string');
  const counted = hasTexts ? [meter.measuring()] : [];
  await pipeline([copy, ...counted, createWriteStream(rowsPath)], { signal });
  await client.query('DROP TABLE wanted');
  return { rows: copy.rowCount, longestRow: meter.longest };
}
