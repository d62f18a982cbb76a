import type { DuckDBConnection } from '@duckdb/node-api';
import type { SpineHeading } from '../../../domain/training/spine.ts';
import type { SpinePart } from '../../files/read-spine.ts';
import { SpineTable } from '../spine-table.ts';

/** A spine in the table `spine`. */
export interface LoadedRows {
  readonly heading: SpineHeading;
  readonly rows: number;
}

/** Loads the rows that the parser of spines reads. */
export async function loadParsedSpine(
  connection: DuckDBConnection,
  parts: AsyncIterable<SpinePart>,
  report: (rows: number) => void,
): Promise<LoadedRows> {
  let heading: SpineHeading | undefined;
  let table: SpineTable | undefined;
  for await (const part of parts) {
    heading = part.heading;
    table ??= await SpineTable.create(connection, heading.columns);
    table.append(part.rows);
    report(table.rows);
  }
  table?.close();
  return { heading: heading!, rows: table!.rows }; // the parser refuses a spine without rows
}
