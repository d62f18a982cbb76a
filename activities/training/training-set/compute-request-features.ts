import { ComputedTable } from '../../../adapters/duckdb/computed-table.ts';
import type { DuckDb } from '../../../adapters/duckdb/database.ts';
import {
  type TrainingSetSources,
  foundColumns,
  readFound,
} from '../../../adapters/duckdb/training-set-file.ts';
import type { ScalarFeatureValue } from '../../../domain/aggregation/aggregator.ts';
import { namesIn } from '../../../domain/expressions/operands.ts';
import type { ExpressionValue } from '../../../domain/expressions/value.ts';
import { compileRequestFeatures } from '../../../domain/features/request-features.ts';
import type { TrainingSetDefinition } from '../../../domain/registry/definition.ts';
import type { Instant } from '../../../domain/time/instant.ts';
import type { CanonicalValue } from '../../../domain/training/canonical-row.ts';
import type { TrainingSetColumn } from '../../../domain/training/manifest.ts';

/** The rows that are read, computed and written at a time. */
const ROWS_AT_ONCE = 16_384;

/** The rows of the spine, and whom to tell of progress. */
interface SpineRows {
  readonly rows: number;
  readonly report: (step: string) => void;
}

/**
 * Computes the request features of each row of the spine, as of its observation timestamp, by the code that serves
 * them. It holds a part of the rows at a time.
 */
export async function computeRequestFeatures(
  connection: DuckDb,
  definition: TrainingSetDefinition,
  sources: TrainingSetSources,
  { rows, report }: SpineRows,
): Promise<void> {
  const { computed } = sources;
  if (computed.length === 0) return;
  const read = readColumns(definition, sources);
  const valuesOf = computation(definition, read);
  const names = read.map(({ name }) => name);
  const table = await ComputedTable.create(connection, computed);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const part: (readonly (ScalarFeatureValue | bigint)[])[] = [];
    const found = readFound(connection, sources, names, { first, end: first + ROWS_AT_ONCE });
    for await (const group of found) {
      for (const [n, ...values] of group) part.push([n as bigint, ...valuesOf(values)]);
    }
    table.append(part);
    report(`request features: ${Math.min(first + ROWS_AT_ONCE, rows)} of ${rows} rows`);
  }
  table.close();
}

/** The columns that the request features read, and those of them that the spine gives; the observation timestamp first. */
function readColumns(
  { spine, requestFeatures = [] }: TrainingSetDefinition,
  sources: TrainingSetSources,
): TrainingSetColumn[] {
  const named = new Set(requestFeatures.flatMap(({ name, expression }) => [name, ...namesIn(expression)]));
  const columns = foundColumns(sources);
  return [
    columns.find(({ name }) => name === spine.timestamp)!,
    ...columns.filter(({ name }) => named.has(name)),
  ];
}

/** The function that gives the values of the request features, in their order, of a row of what they read. */
function computation(
  { requestFeatures = [] }: TrainingSetDefinition,
  [, ...inputs]: readonly TrainingSetColumn[],
): (row: readonly CanonicalValue[]) => ScalarFeatureValue[] {
  const compute = compileRequestFeatures(requestFeatures);
  return ([moment, ...given]) => {
    const values: Record<string, ExpressionValue> = {};
    for (const [index, { name, type }] of inputs.entries()) {
      const value = given[index]!;
      values[name] = type === 'bigint' && value !== null ? Number(value) : value;
    }
    compute({ values, moment: moment as Instant });
    return requestFeatures.map(({ name }) => values[name] as ScalarFeatureValue); // no feature is a time or a list
  };
}
