import type { DuckDBConnection } from '@duckdb/node-api';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import { type FeatureTypes, type SpineHeading, spineHeading } from '../../../domain/training/spine.ts';
import { spineField, spineFieldType } from '../spine-table.ts';
import type { LoadedRows } from './parse.ts';
import { type PlainTable, openPlainTable } from './plain-table.ts';
import { plainValue } from './plain-values.ts';
import type { SpineCopy } from './spine-copy.ts';

/**
 * Loads a spine into the table `spine` with DuckDB alone, if all its values are in plain forms. A million rows take
 * about a second. Undefined for any other spine, even one that is valid: the parser of spines reads it, and says
 * what is wrong with it.
 */
export async function loadPlainSpine(
  connection: DuckDBConnection,
  copy: SpineCopy,
  definition: TrainingSetDefinition,
  types: FeatureTypes | undefined,
): Promise<LoadedRows | undefined> {
  try {
    const table = await openPlainTable(connection, copy, definition);
    if (!table) return undefined;
    const { heading, problems } = spineHeading(definition, table.names, types);
    if (problems.length > 0) return undefined;
    const rows = await load(connection, table, heading);
    if (rows > 0 && rows === (table.rows ?? rows)) return { heading, rows };
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('INTERRUPT')) throw error;
  }
  await connection.run('DROP TABLE IF EXISTS spine');
  return undefined;
}

async function load(
  connection: DuckDBConnection,
  { relation, sources }: PlainTable,
  { columns, positions }: SpineHeading,
): Promise<number> {
  const values = columns.map((column, at) => {
    const source = sources[positions[at]!];
    if (!source) throw new Error(`no plain form is known of column ${positions[at]!}`);
    return `(${plainValue(column, source)})::${spineFieldType(column).toString()} AS ${spineField(at)}`;
  });
  const loaded = await connection.runAndReadAll(
    `CREATE TEMP TABLE spine AS SELECT row_number() OVER () - 1 AS n, ${values.join(', ')} FROM ${relation}`,
  );
  return Number(loaded.getRows()[0]![0]);
}
