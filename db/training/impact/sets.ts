import sql from 'sql-template-tag';
import type { Queryable } from '../../sql/client.ts';
import type { StoredTrainingSet } from '../training-sets.ts';

/** The built training sets, by name and then by id; of a table those that look features of it up. */
export async function builtSets(db: Queryable, table?: string): Promise<StoredTrainingSet[]> {
  const { rows } = await db.query<StoredTrainingSet>(sql`
    SELECT id, name, manifest, rows::float8 AS rows, sha256, path, host FROM asof.training_sets
    WHERE ${table === undefined}::boolean OR EXISTS (
      SELECT FROM json_array_elements(manifest -> 'lookups') AS lookup WHERE lookup ->> 'table' = ${table ?? ''})
    ORDER BY name, id`);
  return rows;
}

/** By id, of some training sets: the model versions that were trained on it, such as `user_churn_model/1`. */
export async function modelsOfSets(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ id: string; models: string[] }>(sql`
    SELECT training_set_id AS id, array_agg(name || '/' || version ORDER BY name, version) AS models
    FROM asof.models WHERE training_set_id = ANY(${[...ids]}) GROUP BY 1`);
  return new Map(rows.map(({ id, models }) => [id, models]));
}

/** The models of which the latest version was trained on a training set. */
export async function latestModelsOf(db: Queryable, id: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT name FROM asof.models AS model
    WHERE training_set_id = ${id} AND version = (SELECT max(version) FROM asof.models AS other WHERE other.name = model.name)
    ORDER BY name`);
  return rows.map(({ name }) => name);
}

/** Whether no later build has taken the place of a set: one of the same name, from the same spine, in the same way. */
export async function isLatestOfSpine(
  db: Queryable,
  { id, name, manifest }: StoredTrainingSet,
): Promise<boolean> {
  const { rows } = await db.query(sql`
    SELECT FROM asof.training_sets
    WHERE name = ${name} AND id <> ${id} AND manifest -> 'spine' ->> 'sha256' = ${manifest.spine.sha256}
      AND manifest ->> 'way' = ${manifest.way}
      AND (manifest -> 'knowledge' ->> 'sequence')::bigint > ${manifest.knowledge.sequence}::bigint`);
  return rows.length === 0;
}
