import { withDuckDb } from '../../../adapters/duckdb/database.ts';
import { findBeyondSingle } from '../../../adapters/duckdb/parquet/beyond-single.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { FeatureSpecification } from '../../../domain/training/feature-specification.ts';
import { reportAlive } from '../../shared/progress.ts';

/**
 * Refuses rows of which a number is infinite, or beyond single precision, in which models compute. The row is named,
 * not its key: a failure is read by others than the owner of the rows.
 *
 * @param path the rows, as Parquet.
 * @throws AsofError `ASOF_TRAINING_VALUE_INFINITE`.
 */
export async function refuseInfinite(
  path: string,
  scratch: string,
  specification: FeatureSpecification,
): Promise<void> {
  const names = specification.inputs.filter(({ type }) => type === 'double').map(({ name }) => name);
  const found = await withDuckDb(scratch, (connection) => findBeyondSingle(connection, path, names), {
    onProgress: reportAlive,
  });
  if (found.length === 0) return;
  const each = found.map(
    ({ name, rows, firstRow }) =>
      `${originOf(name, specification)} in ${rows} rows, first in row ${firstRow} (see its ${specification.keys.join(', ')})`,
  );
  throw new AsofError(
    'ASOF_TRAINING_VALUE_INFINITE',
    `a model cannot learn from numbers that are infinite or beyond ±3.4e38: ${each.join('; ')} of the training set, counted ` +
      'from 1. Correct the rows, or divide with a zero denominator in mind, and build the set again',
    { details: { features: found.map(({ name }) => name) } },
  );
}

/** Where an input comes from. */
function originOf(input: string, { lookups, inputs }: FeatureSpecification): string {
  const name = inputs.find((one) => one.name === input)?.vector ?? input;
  for (const { table, features } of lookups) {
    const feature = features.find(({ as }) => as === name);
    if (feature) return `'${feature.feature}' of table '${table}'`;
  }
  return `the request feature '${name}'`;
}
