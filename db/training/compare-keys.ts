import sql, { type Sql, join } from 'sql-template-tag';
import type { LookupPlan } from '../../domain/training/lookup-plan.ts';
import type { KeyComparison, KeyLikeness } from '../../domain/training/missing-rows.ts';
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
    const { rows } = await client.query<KeyComparison>(sql`
      SELECT (count(*) FILTER (WHERE ${join(isKnown, ' OR ')}))::int AS known,
        ARRAY[${join(isKnown.map((known) => sql`(count(*) FILTER (WHERE ${known}))::int`))}] AS each
      FROM wanted`);
    return rows[0]!;
  });
}

/**
 * Counts the keys in a sample of each table, and those that are nearly wanted. The parameters are those of
 * {@link compareKeys}.
 */
export async function likenKeys(
  pool: Pool,
  plans: readonly LookupPlan[],
  wantedPath: string,
): Promise<KeyLikeness[]> {
  return inTransaction(pool, async (client) => {
    await copyWanted(client, plans[0]!, wantedPath, undefined);
    const plainKeys = plans[0]!.primaryKeys.map((_, at) => sql`${plain(wantedKey(at))} AS ${wantedKey(at)}`);
    await client.query(sql`
      CREATE TEMPORARY TABLE plain_wanted ON COMMIT DROP AS SELECT DISTINCT ${join(plainKeys)} FROM wanted`);
    await client.query('ANALYZE plain_wanted');
    const likeness: KeyLikeness[] = [];
    for (const plan of plans) likeness.push(await likeKeys(client, plan));
    return likeness;
  });
}

async function likeKeys(client: Client, { table, primaryKeys }: LookupPlan): Promise<KeyLikeness> {
  const own = join(primaryKeys.map((key) => ident('feature', key)));
  const isAlike = join(
    primaryKeys.map((key, at) => sql`${plain(ident('feature', key))} = ${ident('plain_wanted', `k${at}`)}`),
    ' AND ',
  );
  const { rows } = await client.query<KeyLikeness>(sql`
    SELECT count(*)::int AS sampled, count(plain_wanted)::int AS alike
    FROM (SELECT DISTINCT ${own} FROM (SELECT * FROM ${featuresOf(table)} LIMIT ${SAMPLE}) AS feature) AS feature
    LEFT JOIN plain_wanted ON ${isAlike}`);
  return rows[0]!;
}

/** A key without what people easily get wrong about it: blanks, case, leading zeros, a decimal point. */
function plain(key: Sql): Sql {
  const trimmed = sql`lower(btrim(${key}::text, E' \\t\\r\\n'))`;
  return sql`regexp_replace(regexp_replace(${trimmed}, '^0+(?=[0-9])', ''), '(?<=[0-9])\\.0+$', '')`;
}
