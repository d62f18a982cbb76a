import sql, { type Sql } from 'sql-template-tag';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import type { Queryable } from '../sql/client.ts';

/** A registered model version. */
export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
  readonly trainingSetId: string;
}

/**
 * Records a model version with the training set that it was trained on, and the SHA-256 of its files by their
 * paths. A second call replaces the record.
 */
export async function recordModel(
  db: Queryable,
  model: ModelVersion,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { name, version, runId, trainingSetId } = model;
  await db.query(sql`
    INSERT INTO asof.models (name, version, run_id, training_set_id, files)
    VALUES (${name}, ${version}, ${runId}, ${trainingSetId}, ${JSON.stringify(files)})
    ON CONFLICT (name, version) DO UPDATE
    SET run_id = excluded.run_id, training_set_id = excluded.training_set_id, files = excluded.files`);
}

/**
 * The SHA-256 of each file of a model version, by its path. Null for a version that was registered before
 * Asof kept them, or that it did not register.
 */
export async function findModelFiles(
  db: Queryable,
  name: string,
  version: number,
): Promise<Readonly<Record<string, string>> | null> {
  const { rows } = await db.query<{ files: Record<string, string> | null }>(
    sql`SELECT files FROM asof.models WHERE name = ${name} AND version = ${version}`,
  );
  return rows[0]?.files ?? null;
}

/** One version of a model; undefined if it is not registered. */
export async function findModel(
  db: Queryable,
  name: string,
  version: number,
): Promise<ModelVersion | undefined> {
  return (await models(db, sql`m.name = ${name} AND m.version = ${version}`))[0];
}

/** All registered versions of all models, by name and version. */
export async function listModels(db: Queryable): Promise<ModelVersion[]> {
  return models(db, sql`true`);
}

/** The model versions that were trained on a training set. */
export async function modelsTrainedOn(db: Queryable, trainingSetId: string): Promise<ModelVersion[]> {
  return models(db, sql`m.training_set_id = ${trainingSetId}`);
}

/**
 * The model versions, by name and version, whose training set was made from a definition, in any version of
 * it.
 *
 * @param kinds the kinds that the definition of that name may have.
 */
export async function modelsMadeFrom(
  db: Queryable,
  { kinds, name }: { kinds: readonly DefinitionReference['kind'][]; name: string },
): Promise<ModelVersion[]> {
  return models(
    db,
    sql`EXISTS (
      SELECT FROM asof.training_sets t, json_array_elements(t.manifest -> 'definitions') AS made_from
      WHERE t.id = m.training_set_id AND made_from ->> 'kind' = ANY (${[...kinds]}) AND made_from ->> 'name' = ${name})`,
  );
}

async function models(db: Queryable, where: Sql): Promise<ModelVersion[]> {
  const { rows } = await db.query<ModelVersion>(sql`
    SELECT name, version, run_id AS "runId", training_set_id AS "trainingSetId"
    FROM asof.models m WHERE ${where} ORDER BY name, version`);
  return rows;
}
