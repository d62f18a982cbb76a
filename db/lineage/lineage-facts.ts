import type { LineageFacts, SetOrigins } from '../../domain/lineage/facts.ts';
import { readEndpoints } from '../online/endpoints.ts';
import type { Queryable } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';
import { listModels } from '../training/models.ts';

/** What a lineage is made from: all versions of all definitions, the training sets and the model versions. */
export async function readLineageFacts(db: Queryable): Promise<LineageFacts> {
  if (!(await hasTable(db, 'asof', 'training_sets')))
    return { definitions: [], sets: [], models: [], served: [] };
  const definitions = await db.query<LineageFacts['definitions'][number]>(
    'SELECT definition, version, removed_at IS NOT NULL AS "isRemoved" FROM asof.definitions ORDER BY kind, name, version',
  );
  const sets = await db.query<SetOrigins>(`
    SELECT id, name AS "trainingSet", rows::float8 AS rows, sha256, manifest -> 'knowledge' ->> 'sequence' AS cut,
           json_build_object('path', manifest -> 'spine' ->> 'path', 'sha256', manifest -> 'spine' ->> 'sha256') AS spine,
           manifest -> 'definitions' AS definitions
    FROM asof.training_sets ORDER BY created_at, id`);
  const served = (await readEndpoints(db)).flatMap(({ definition: { name, model }, modelVersion }) =>
    model === null || modelVersion === null ? [] : [{ endpoint: name, model, version: modelVersion }],
  );
  return { definitions: definitions.rows, sets: sets.rows, models: await listModels(db), served };
}
