import type { DuckDBConnection } from '@duckdb/node-api';
import type { TouchedLookup } from '../../../domain/training/impact.ts';
import type { LookupPlan } from '../../../domain/training/lookup-plan.ts';
import { foundTable } from '../as-of-join.ts';
import { foundValue } from '../found-value.ts';

/** Two outcomes of the same lookups, each in a schema of its own. */
export interface Outcomes {
  readonly plans: readonly LookupPlan[];
  readonly before: string;
  readonly after: string;
  /** The features that the spine gives, which no lookup changes. */
  readonly given: readonly string[];
}

/** Counts the rows of the spine that differ, by lookup, and in any of them. */
export async function countDifferingRows(
  connection: DuckDBConnection,
  { plans, before, after, given }: Outcomes,
): Promise<{ readonly rows: number; readonly lookups: readonly TouchedLookup[] }> {
  await connection.run('CREATE TABLE differing (n BIGINT)');
  const lookups: TouchedLookup[] = [];
  for (const [index, { table, features }] of plans.entries()) {
    const counted = features
      .map((feature, at) => ({ feature, at }))
      .filter(({ feature }) => !given.includes(feature.as));
    if (counted.length === 0) continue;
    const differs = counted.map(
      ({ feature, at }) =>
        `${foundValue('before', feature, at)} IS DISTINCT FROM ${foundValue('after', feature, at)}`,
    );
    await connection.run(`
      CREATE OR REPLACE TABLE compared AS SELECT * FROM (
        SELECT spine.n, ${differs.map((differ, at) => `${differ} AS d${at}`).join(', ')}
        FROM spine LEFT JOIN ${before}.${foundTable(index)} AS before USING (n)
          LEFT JOIN ${after}.${foundTable(index)} AS after USING (n))
      WHERE ${differs.map((_, at) => `d${at}`).join(' OR ')}`);
    await connection.run('INSERT INTO differing SELECT n FROM compared');
    const counts = differs.map((_, at) => `count(*) FILTER (WHERE d${at})::DOUBLE`);
    const read = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE, ${counts.join(', ')} FROM compared`,
    );
    const [rows, ...byFeature] = read.getRows()[0] as number[];
    const named = counted.map(({ feature }, at) => [feature.as, byFeature[at]!] as const);
    lookups.push({
      table,
      rows: rows!,
      features: Object.fromEntries(named.filter(([, count]) => count > 0)),
    });
  }
  const all = await connection.runAndReadAll('SELECT count(DISTINCT n)::DOUBLE FROM differing');
  return { rows: all.getRows()[0]![0] as number, lookups: lookups.filter(({ rows }) => rows > 0) };
}
