import sql from 'sql-template-tag';
import type { CorrectionRule } from '../../../domain/registry/definition.ts';
import type { TouchedLookup } from '../../../domain/training/impact.ts';
import { type Pool, type Queryable, inTransaction } from '../../sql/client.ts';
import type { StoredTrainingSet } from '../training-sets.ts';
import type { Writes } from './changed-rows.ts';

/** A correction that gives a training set other rows. */
export interface Correction extends Writes {
  readonly trainingSetId: string;
  readonly rows: number;
  readonly lookups: readonly TouchedLookup[];
  readonly rule: CorrectionRule;
  /** The run of the workflow that found it. */
  readonly assessedBy: string;
}

/** Up to which write a set has been held against corrections: at least its own knowledge cut. */
export async function assessedThrough(
  db: Queryable,
  { id, manifest }: Pick<StoredTrainingSet, 'id' | 'manifest'>,
): Promise<string> {
  const { rows } = await db.query<{ through: string }>(sql`
    SELECT greatest(coalesce(max(through), 0), ${manifest.knowledge.sequence}::bigint)::text AS through
    FROM asof.assessed_training_sets WHERE training_set_id = ${id}`);
  return rows[0]!.through;
}

/**
 * From which write on a set can be held against later ones: from its last assessment, unless retention has removed
 * what was current then; then from its own knowledge cut, whose versions stay.
 */
export async function comparableFrom(
  db: Queryable,
  set: Pick<StoredTrainingSet, 'id' | 'manifest'>,
): Promise<string> {
  const through = await assessedThrough(db, set);
  const tables = set.manifest.lookups.map(({ table }) => table);
  const { rows } = await db.query(sql`
    SELECT FROM asof.history_floors WHERE feature_table = ANY(${tables}) AND removed_through > ${through}`);
  return rows.length === 0 ? through : set.manifest.knowledge.sequence;
}

/**
 * Records that a set was held against the writes up to `through`, and what they change. Does nothing if another
 * assessment has got further meanwhile.
 *
 * @param before what {@link assessedThrough} gave.
 * @param correction undefined: they change nothing.
 */
export async function recordAssessment(
  pool: Pool,
  set: { readonly id: string; readonly before: string; readonly through: string },
  correction: Correction | undefined,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(sql`
      INSERT INTO asof.assessed_training_sets AS known (training_set_id, through) VALUES (${set.id}, ${set.through})
      ON CONFLICT (training_set_id) DO UPDATE SET through = excluded.through
      WHERE known.through <= ${set.before}`);
    if (rowCount === 0 || !correction) return;
    const { after, through, rows, lookups, rule, assessedBy } = correction;
    // Nothing is to be done where the rule is to tell.
    await client.query(sql`
      INSERT INTO asof.training_set_corrections (training_set_id, after, through, rows, lookups, rule, assessed_by, done_at)
      VALUES (${set.id}, ${after}, ${through}, ${rows}, ${JSON.stringify(lookups)}, ${rule}, ${assessedBy},
              CASE WHEN ${rule} IN ('ignore', 'notify') THEN now() END)`);
  });
}

/** The corrections of some sets that a run found. */
export async function correctionsFoundBy(
  db: Queryable,
  ids: readonly string[],
  assessedBy: string,
): Promise<Correction[]> {
  const { rows } = await db.query<Correction>(sql`
    SELECT training_set_id AS "trainingSetId", after::text AS after, through::text AS through, rows::float8 AS rows, lookups, rule,
           assessed_by AS "assessedBy"
    FROM asof.training_set_corrections WHERE training_set_id = ANY(${[...ids]}) AND assessed_by = ${assessedBy}
    ORDER BY training_set_id`);
  return rows;
}

/** A correction that gave a training set other rows, as a list of sets shows it. */
export interface ShownCorrection {
  /** How many rows of the set it gives other values. */
  readonly rows: number;
  /** Up to which write: a sequence, as a decimal text. */
  readonly through: string;
  readonly rule: CorrectionRule;
  /** Whether the rule has been followed. */
  readonly isDone: boolean;
}

/** By id, the latest correction of those of some sets that have one. */
export async function latestCorrections(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ShownCorrection>> {
  const { rows } = await db.query<ShownCorrection & { readonly id: string }>(sql`
    SELECT DISTINCT ON (training_set_id) training_set_id AS id, rows::float8 AS rows, through::text AS through, rule,
           done_at IS NOT NULL AS "isDone"
    FROM asof.training_set_corrections AS correction WHERE training_set_id = ANY(${[...ids]})
    ORDER BY training_set_id, correction.through DESC`);
  return new Map(rows.map(({ id, ...correction }) => [id, correction]));
}

/** The corrections whose rule has not been followed, the latest of each set. */
export async function openCorrections(
  db: Queryable,
): Promise<{ readonly trainingSetId: string; readonly through: string }[]> {
  const { rows } = await db.query<{ trainingSetId: string; through: string }>(sql`
    SELECT training_set_id AS "trainingSetId", max(through)::text AS through
    FROM asof.training_set_corrections WHERE done_at IS NULL GROUP BY 1 ORDER BY 1`);
  return rows;
}

/** Takes the open corrections of a set up to a write, so that their rule is followed once. Undefined: they are taken. */
export async function takeCorrections(
  db: Queryable,
  trainingSetId: string,
  through: string,
): Promise<{ readonly rule: CorrectionRule } | undefined> {
  const { rows } = await db.query<{ rule: CorrectionRule; through: string }>(sql`
    UPDATE asof.training_set_corrections SET done_at = now()
    WHERE training_set_id = ${trainingSetId} AND through <= ${through} AND done_at IS NULL
    RETURNING rule, through::text AS through`);
  return rows.find((row) => row.through === through);
}

/** Records what became of corrections that were taken; `isDone` false gives them back. */
export async function recordOutcome(
  db: Queryable,
  { trainingSetId, through }: { readonly trainingSetId: string; readonly through: string },
  outcome: object,
  isDone: boolean,
): Promise<void> {
  await db.query(sql`
    UPDATE asof.training_set_corrections
    SET outcome = ${JSON.stringify(outcome)}, done_at = CASE WHEN ${isDone}::boolean THEN done_at END
    WHERE training_set_id = ${trainingSetId} AND through = ${through}`);
}
