import type { DuckDBConnection } from '@duckdb/node-api';
import type { ScalarFeatureType } from '../../domain/registry/definition.ts';
import { type LookupPlan, exportedColumns } from '../../domain/training/lookup-plan.ts';
import type { VersionsRead } from '../../domain/training/versions-read.ts';
import { type CsvRows, csvRows } from './csv-rows.ts';

/**
 * The name of the relation with the rows that the lookup at `index` may find. Its columns: the primary keys from
 * `k0` on, as texts; `ts`, which is `feature_ts` in microseconds since 1970; and what the lookup exports, from
 * `e0` on. Where all versions of the rows are there, `written` is the sequence of the write that made a version,
 * and `superseded` that of the write that superseded it; null: it was current at the knowledge cut.
 */
export function candidatesOf(index: number): string {
  return `candidates_${index}`;
}

/** What was exported for the lookup at `index`. */
export interface ExportedCandidates {
  readonly index: number;
  readonly plan: LookupPlan;
  /** The file that `db/training/export-features.ts` wrote. */
  readonly exported: CsvRows & { readonly versions: VersionsRead['which'] };
}

/** Makes the relation {@link candidatesOf}. */
export async function readCandidates(
  connection: DuckDBConnection,
  { index, plan, exported }: ExportedCandidates,
): Promise<void> {
  await connection.run(
    `CREATE TABLE ${candidatesOf(index)} AS SELECT * FROM ${exportedRows(plan, exported)}`,
  );
}

const TYPES: Record<ScalarFeatureType, string> = {
  bigint: 'BIGINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  boolean: 'BOOLEAN',
};

/** An SQL expression that reads the exported rows. */
function exportedRows(plan: LookupPlan, { versions, ...rows }: ExportedCandidates['exported']): string {
  return csvRows(rows, [
    ...plan.primaryKeys.map((_, at) => [`k${at}`, 'VARCHAR'] as const),
    ['ts', 'BIGINT'],
    ...(versions === 'all'
      ? ([
          ['written', 'BIGINT'],
          ['superseded', 'BIGINT'],
        ] as const)
      : []),
    ...exportedColumns(plan).map(
      ({ type, isVector }, at) => [`e${at}`, `${TYPES[type]}${isVector ? '[]' : ''}`] as const,
    ),
  ]);
}
