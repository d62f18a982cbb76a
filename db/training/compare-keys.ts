import sql, { type Sql, join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { KeyComparison } from '../../domain/training/missing-rows.ts';
import { type Pool, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { copyWanted, hasWantedKeys, wantedKey } from './wanted-keys.ts';

/** The number of rows of the table among which to look for keys that are nearly the spine's. */
const SAMPLE = 1_000;

/** Compares the keys of a spine, from a file as `exportFeatures` reads it, with those of a feature table. */
export async function compareKeys(pool: Pool, plan: LookupPlan, wantedPath: string): Promise<KeyComparison> {
  const table = featuresOf(plan.table);
  const own = join(plan.primaryKeys.map((key) => ident('feature', key)));
  const isAlike = join(
    plan.primaryKeys.map((key, index) => sql`${plain(ident('feature', key))} = ${plain(wantedKey(index))}`),
    ' AND ',
  );
  const isKnown = sql`EXISTS (SELECT FROM ${table} AS feature WHERE ${hasWantedKeys(plan)})`;
  return inTransaction(pool, async (client) => {
    await copyWanted(client, plan, wantedPath, undefined);
    const { rows: counts } = await client.query<{ wanted: number; known: number }>(sql`
      SELECT count(*)::int AS wanted, (count(*) FILTER (WHERE ${isKnown}))::int AS known FROM wanted`);
    const { rows: samples } = await client.query<{ sampled: number; alike: number }>(sql`
      SELECT count(*)::int AS sampled,
        (count(*) FILTER (WHERE EXISTS (SELECT FROM wanted WHERE ${isAlike})))::int AS alike
      FROM (SELECT DISTINCT ${own} FROM (SELECT * FROM ${table} LIMIT ${SAMPLE}) AS feature) AS feature`);
    return { ...counts[0]!, ...samples[0]! };
  });
}

/** A key without what people easily get wrong about it. */
function plain(key: Sql): Sql {
  return sql`lower(btrim(${key}::text))`;
}
