import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import { SpineTable } from '../../../adapters/duckdb/spine-table.ts';
import type { SpinePart } from '../../../adapters/files/read-spine.ts';
import { SPLITS, type SpineColumn } from '../../../domain/training/spine.ts';
import { RowsHash } from '../rows-hash.ts';

/** What a build knows of a spine once it is loaded. */
export interface LoadedSpine {
  readonly columns: readonly SpineColumn[];
  /** The number of columns of the file without a name, which are not among `columns`. */
  readonly leftOut: number;
  readonly rows: number;
  /** SHA-256 of the canonical rows. */
  readonly sha256: string;
  /** `bigint` if every label is a whole number. */
  readonly labelType: 'bigint' | 'double';
  /** The number of rows of each split. Null without a split column. */
  readonly splitRows: Readonly<Record<string, number>> | null;
}

/** Loads the spine into DuckDB, and hashes it on the way. */
export async function loadSpine(
  connection: DuckDb,
  parts: AsyncIterable<SpinePart>,
  report: (rows: number) => void,
): Promise<LoadedSpine> {
  const hash = new RowsHash();
  const splitRows: Record<string, number> = Object.fromEntries(SPLITS.map((split) => [split, 0]));
  let labelType: LoadedSpine['labelType'] = 'bigint';
  let columns: readonly SpineColumn[] = [];
  let leftOut = 0;
  let table: SpineTable | undefined;
  for await (const part of parts) {
    ({ columns } = part.heading);
    leftOut = part.heading.width - columns.length;
    table ??= await SpineTable.create(connection, columns);
    const [label, split] = (['label', 'split'] as const).map((wanted) =>
      columns.findIndex(({ role }) => role === wanted),
    ) as [number, number];
    if (!part.rows.every((row) => Number.isSafeInteger(row[label]))) labelType = 'double';
    if (split >= 0) for (const row of part.rows) splitRows[row[split] as string]! += 1;
    for (const row of part.rows) hash.add(row);
    table.append(part.rows);
    report(table.rows);
  }
  table?.close();
  const hasSplit = columns.some(({ role }) => role === 'split');
  return {
    columns,
    leftOut,
    labelType,
    rows: table?.rows ?? 0,
    sha256: hash.digest(),
    splitRows: hasSplit ? splitRows : null,
  };
}
