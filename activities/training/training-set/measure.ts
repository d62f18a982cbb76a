import { measureColumns } from '../../../adapters/duckdb/column-statistics.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import type { TrainingSetManifest } from '../../../domain/training/manifest.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { ColumnStatistics } from '../../../domain/training/statistics.ts';

/** What the columns of a built training set are made from. */
interface MeasuredSources {
  readonly columns: readonly SpineColumn[];
  readonly lookups: readonly LookupPlan[];
}

/** Measures the label of a training set, if it has one, and its features. */
export async function measureTrainingSet(
  connection: DuckDb,
  path: string,
  { columns, lookups }: MeasuredSources,
  { schema, rows, lookups: counts }: Pick<TrainingSetManifest, 'schema' | 'rows' | 'lookups'>,
): Promise<ColumnStatistics[]> {
  const notFound = new Map(
    lookups.flatMap(({ features }, at) => features.map(({ as }) => [as, counts[at]!.notFound] as const)),
  );
  const roles = new Map(columns.map(({ name, role }) => [name, role]));
  const isMeasured = (name: string): boolean => ['label', 'given', undefined].includes(roles.get(name));
  const isLabel = (name: string): boolean => roles.get(name) === 'label';
  const features = schema.filter(({ name }) => isMeasured(name) && !isLabel(name));
  const measured = await measureColumns(connection, { path, rows }, [
    ...schema.filter(({ name }) => isLabel(name)),
    ...features,
  ]);
  return measured.map((statistics) => {
    const isGiven = roles.has(statistics.column);
    return { ...statistics, notFound: isGiven ? null : (notFound.get(statistics.column) ?? null) };
  });
}
