import sql, { join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { KeyComparison } from '../../domain/training/missing-rows.ts';
import { type Pool, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { copyWanted, hasWantedKeys, wantedKey } from './wanted-keys.ts';

const EXAMPLES = 3;
/** Rows of the table among which to look for examples. */
const SAMPLE = 1_000;

/** Compares the keys of a spine, from a file as `exportFeatures` reads it, with those of a feature table. */
export async function compareKeys(pool: Pool, plan: LookupPlan, wantedPath: string): Promise<KeyComparison> {
  const table = featuresOf(plan.table);
  const wanted = join(plan.primaryKeys.map((_, index) => wantedKey(index)));
  const own = join(plan.primaryKeys.map((key) => ident('feature', key)));
  const isKnown = sql`EXISTS (SELECT FROM ${table} AS feature WHERE ${hasWantedKeys(plan)})`;
  return inTransaction(pool, async (client) => {
    await copyWanted(client, plan, wantedPath, undefined);
    const { rows: counts } = await client.query<{ wanted: number; known: number }>(sql`
      SELECT count(*)::int AS wanted, (count(*) FILTER (WHERE ${isKnown}))::int AS known FROM wanted`);
    const { rows: missing } = await client.query<{ keys: string[] }>(sql`
      SELECT ARRAY[${wanted}] AS keys FROM wanted WHERE NOT ${isKnown} LIMIT ${EXAMPLES}`);
    const { rows: there } = await client.query<{ keys: string[] }>(sql`
      SELECT DISTINCT ARRAY[${own}]::text[] AS keys FROM (SELECT * FROM ${table} LIMIT ${SAMPLE}) AS feature
      ORDER BY 1 LIMIT ${EXAMPLES}`);
    const examples = (rows: readonly { keys: string[] }[]) => rows.map(({ keys }) => keys);
    return { ...counts[0]!, examples: { spine: examples(missing), table: examples(there) } };
  });
}
