import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  VARCHAR,
  listValue,
} from '@duckdb/node-api';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { ScalarFeatureType } from '../../domain/registry/definition.ts';
import { type ExportedColumn, type LookupPlan, exportedColumns } from '../../domain/training/lookup-plan.ts';
import { appendRows } from './append-rows.ts';
import { candidatesOf } from './candidates.ts';

/** A version of a row that a lookup may find. */
export interface GivenCandidate {
  readonly key: readonly string[];
  readonly featureTs: bigint;
  readonly written: bigint;
  readonly superseded: bigint | null;
  /** By name: the features that the lookup exports. */
  readonly valueOf: (feature: string) => FeatureValue;
}

const TYPES: Record<ScalarFeatureType, DuckDBType> = {
  bigint: BIGINT,
  double: DOUBLE,
  string: VARCHAR,
  boolean: BOOLEAN,
};

/**
 * Makes the relation {@link candidatesOf} of rows that are in memory.
 *
 * @param hasVersions whether the superseded versions are among them.
 */
export async function giveCandidates(
  connection: DuckDBConnection,
  {
    index,
    plan,
    hasVersions,
  }: { readonly index: number; readonly plan: LookupPlan; readonly hasVersions: boolean },
  candidates: Iterable<GivenCandidate>,
): Promise<void> {
  const exported = exportedColumns(plan);
  const columns: (readonly [name: string, type: DuckDBType])[] = [
    ...plan.primaryKeys.map((_, at) => [`k${at}`, VARCHAR] as const),
    ['ts', BIGINT],
    ...(hasVersions
      ? ([
          ['written', BIGINT],
          ['superseded', BIGINT],
        ] as const)
      : []),
    ...exported.map(
      ({ type, isVector }, at) => [`e${at}`, isVector ? LIST(TYPES[type]) : TYPES[type]] as const,
    ),
  ];
  const table = candidatesOf(index);
  await connection.run(
    `CREATE TABLE ${table} (${columns.map(([name, type]) => `${name} ${type.toString()}`).join(', ')})`,
  );
  const rows = [...candidates].map(({ key, featureTs, written, superseded, valueOf }): DuckDBValue[] => [
    ...key,
    featureTs,
    ...(hasVersions ? [written, superseded] : []),
    ...exported.map((column) => stored(column, valueOf(column.feature))),
  ]);
  const appender = await connection.createAppender(table);
  appendRows(
    appender,
    columns.map(([, type]) => type),
    rows,
  );
  appender.closeSync();
}

function stored({ type, isVector }: ExportedColumn, value: FeatureValue): DuckDBValue {
  if (value === null) return null;
  if (isVector) return listValue(value as readonly number[]);
  return type === 'bigint' ? BigInt(value as number) : (value as string | number | boolean);
}
