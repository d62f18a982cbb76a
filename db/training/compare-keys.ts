import sql, { type Sql, join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { KeyComparison, TableKeys } from '../../domain/training/missing-rows.ts';
import { type Client, type Pool, inTransaction } from '../sql/client.ts';
import { ident } from '../sql/identifier.ts';
import { featuresOf } from '../sql/relations.ts';
import { copyWanted, hasWantedKeys, wantedKey } from './wanted-keys.ts';

/** The number of rows of the table among which to look for keys that are nearly the spine's. */
const SAMPLE = 1_000;

/**
 * Compares the keys of a spine, from a file as `exportFeatures` reads it, with those of the feature tables in
 * which they are looked up.
 *
 * @param plans lookups of the same keys of the spine.
 */
export async function compareKeys(
  pool: Pool,
  plans: readonly LookupPlan[],
  wantedPath: string,
): Promise<KeyComparison> {
  return inTransaction(pool, async (client) => {
    await copyWanted(client, plans[0]!, wantedPath, undefined);
    const isKnown = plans.map(
      (plan) => sql`EXISTS (SELECT FROM ${featuresOf(plan.table)} AS feature WHERE ${hasWantedKeys(plan)})`,
    );
    const { rows } = await client.query<{ known: number; each: number[] }>(sql`
      SELECT (count(*) FILTER (WHERE ${join(isKnown, ' OR ')}))::int AS known,
        ARRAY[${join(isKnown.map((known) => sql`(count(*) FILTER (WHERE ${known}))::int`))}] AS each
      FROM wanted`);
    const tables: TableKeys[] = [];
    for (const [at, plan] of plans.entries())
      tables.push({ known: rows[0]!.each[at]!, ...(await likeKeys(client, plan)) });
    return { known: rows[0]!.known, tables };
  });
}

/** Counts the keys in a sample of a table, and those that are nearly wanted. */
async function likeKeys(client: Client, { table, primaryKeys }: LookupPlan) {
  const own = join(primaryKeys.map((key) => ident('feature', key)));
  const isAlike = join(
    primaryKeys.map((key, index) => sql`${plain(ident('feature', key))} = ${plain(wantedKey(index))}`),
    ' AND ',
  );
  const { rows } = await client.query<Omit<TableKeys, 'known'>>(sql`
    SELECT count(*)::int AS sampled,
      (count(*) FILTER (WHERE EXISTS (SELECT FROM wanted WHERE ${isAlike})))::int AS alike
    FROM (SELECT DISTINCT ${own} FROM (SELECT * FROM ${featuresOf(table)} LIMIT ${SAMPLE}) AS feature) AS feature`);
  return rows[0]!;
}

/** A key without what people easily get wrong about it: blanks, case, leading zeros, a decimal point. */
function plain(key: Sql): Sql {
  const trimmed = sql`lower(btrim(${key}::text, E' \\t\\r\\n'))`;
  return sql`regexp_replace(regexp_replace(${trimmed}, '^0+(?=[0-9])', ''), '(?<=[0-9])\\.0+$', '')`;
}
