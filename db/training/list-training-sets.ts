import sql, { raw } from 'sql-template-tag';
import { formatInstant } from '../../domain/time/instant.ts';
import type { Queryable } from '../sql/client.ts';
import { hasTable } from '../sql/has-table.ts';
import { microsExpression } from '../sql/timestamp.ts';
import { type ShownCorrection, latestCorrections } from './impact/corrections.ts';

/** A built training set in a list. */
export interface ListedTrainingSet {
  readonly id: string;
  /** The name of its definition. */
  readonly name: string;
  /** The version of its definition. */
  readonly definitionVersion: number;
  readonly rows: number;
  /** How its values were chosen. */
  readonly way: string;
  /** The knowledge cut: a sequence, as a decimal text. */
  readonly cut: string;
  /** When it was registered first. */
  readonly builtAt: string;
  /** The model versions that were trained on it, such as `user_churn_model/1`. */
  readonly models: readonly string[];
  /** The latest correction that gives it other rows. Null: none is known. */
  readonly correction: ShownCorrection | null;
}

/** Which training sets to list. */
export interface WhichTrainingSets {
  /** The name of a definition. Omitted: all. */
  readonly name?: string | undefined;
  readonly limit: number;
}

/** The built training sets, the newest first. Empty before the first `apply`. */
export async function listTrainingSets(
  db: Queryable,
  { name, limit }: WhichTrainingSets,
): Promise<ListedTrainingSet[]> {
  if (!(await hasTable(db, 'asof', 'training_sets'))) return [];
  const { rows } = await db.query<
    Omit<ListedTrainingSet, 'builtAt' | 'correction'> & { readonly built: string }
  >(sql`
    SELECT id, name, rows::float8 AS rows, manifest ->> 'way' AS way, manifest -> 'knowledge' ->> 'sequence' AS cut,
           ${raw(microsExpression('created_at'))}::text AS built,
           coalesce((SELECT (one ->> 'version')::int FROM json_array_elements(manifest -> 'definitions') AS one
             WHERE one ->> 'kind' = 'training_set' LIMIT 1), 0) AS "definitionVersion",
           ARRAY(SELECT m.name || '/' || m.version FROM asof.models m WHERE m.training_set_id = id
             ORDER BY m.name, m.version) AS models
    FROM asof.training_sets WHERE ${name ?? null}::text IS NULL OR name = ${name ?? null}
    ORDER BY created_at DESC, id LIMIT ${limit}`);
  const corrections = await latestCorrections(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map(({ built, ...row }) => ({
    ...row,
    builtAt: formatInstant(BigInt(built)),
    correction: corrections.get(row.id) ?? null,
  }));
}
