import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import sql, { type Sql } from 'sql-template-tag';
import type { Client } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { CsvRecordMeter } from './csv-record-meter.ts';

/** Where a copy goes, and the signal that cancels it. */
export interface CopyTarget {
  readonly path: string;
  /** Omitted: the copy cannot be cancelled. */
  readonly signal?: AbortSignal | undefined;
}

/** What a copy wrote. */
export interface ExportedRows {
  readonly rows: number;
  /** The bytes of the longest row at least; 0 where rows are not measured. */
  readonly longestRow: number;
}

/**
 * Copies what a query without parameters gives to a CSV file without a header.
 *
 * @param isMeasured whether to find out how long the longest row is.
 */
export async function copyToCsv(
  client: Client,
  query: Sql,
  { path, signal }: CopyTarget,
  isMeasured: boolean,
): Promise<ExportedRows> {
  const copy = client.query(copyTo(`COPY (${query.text}) TO STDOUT (FORMAT csv)`));
  const meter = new CsvRecordMeter();
  const measured = isMeasured ? [meter.measuring()] : [];
  await pipeline([copy, ...measured, createWriteStream(path)], { signal });
  return { rows: copy.rowCount, longestRow: meter.longest };
}

/** A column of the relation `feature`, as a copy has it: a vector as one JSON list. */
export function copiedFeature(name: string, isVector: boolean): Sql {
  const column = ident('feature', name);
  return isVector ? sql`translate(${column}::text, '{}', '[]')` : column;
}
