import { access, constants, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import { loadTableEngine } from '../../../db/engine/load-engine.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Client, Pool } from '../../../db/sql/client.ts';
import { alignToTiles } from '../../../db/stream/backfill/align-to-tiles.ts';
import { foreseeMerge } from '../../../db/stream/backfill/foresee-merge.ts';
import { type Writes, readChangedRows } from '../../../db/training/impact/changed-rows.ts';
import {
  assessedThrough,
  comparableFrom,
  correctionsFoundBy,
  recordAssessment,
} from '../../../db/training/impact/corrections.ts';
import { modelsOfSets } from '../../../db/training/impact/sets.ts';
import { planFrom } from '../../../db/training/load-training-set.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../../db/training/training-sets.ts';
import { AsofError, reasonOf } from '../../../domain/errors/asof-error.ts';
import { type CorrectionRule, FEATURE_TABLE_KINDS } from '../../../domain/registry/definition.ts';
import type { Registry } from '../../../domain/registry/registry.ts';
import { formatInstant } from '../../../domain/time/instant.ts';
import type {
  ImpactQuestion,
  ImpactTask,
  MeasuredImpact,
  TableImpact,
  TrainingSetImpact,
  UnreadTrainingSet,
} from '../../../schemas/workflows/assess-impact.ts';
import type { BuildContext } from '../training-set/build-context.ts';
import { type TouchedRows, countTouchedRows } from './touched-rows.ts';

/** What a measurement needs. */
export interface ImpactContext extends Omit<BuildContext, 'host'> {
  /** The run of the workflow. */
  readonly run: string;
}

/**
 * Finds which rows of feature tables a correction makes otherwise, and which rows of the training sets of this host a
 * build would give otherwise. An assessment also records what it found, each correction once.
 */
export async function measureImpact(task: ImpactTask, context: ImpactContext): Promise<MeasuredImpact> {
  const { question } = task;
  switch (question.kind) {
    case 'late': {
      const tableEngine = await loadTableEngine(context.pool, question.table);
      const range = alignToTiles(tableEngine.table, question);
      return foreseeMerge(context.pool, tableEngine, range, async (client, { merged, ...writes }) => {
        return {
          merged,
          ...(await measureWrites(
            client,
            await loadRegistry(client),
            { ...task, writes, tables: [question.table] },
            context,
          )),
        };
      });
    }
    case 'writes': {
      const { after, through } = question;
      const measured = await atKnowledgeCut(context.pool, async (client) => {
        const registry = await loadRegistry(client);
        const tables = registry.ofKind(...FEATURE_TABLE_KINDS).map(({ name }) => name);
        const asked = { ...task, writes: { after, through }, tables };
        return measureWrites(client, registry, asked, context);
      });
      return { merged: 0, ...measured };
    }
    case 'assessment':
      return assess(task.sets, question, context);
  }
}

interface WritesTask extends Omit<ImpactTask, 'question'> {
  readonly writes: Writes;
  readonly tables: readonly string[];
}

async function measureWrites(
  client: Client,
  registry: Registry,
  { sets, writes, tables, lists, listed }: WritesTask,
  context: ImpactContext,
): Promise<Omit<MeasuredImpact, 'merged'>> {
  const changed: TableImpact[] = [];
  for (const table of lists ? tables : []) {
    context.report(`rows of ${table}`);
    const impact = await changedRowsOf(client, registry, { table, writes, listed });
    if (impact.rows > 0) changed.push(impact);
  }
  const trainingSets: TrainingSetImpact[] = [];
  const unread: UnreadTrainingSet[] = [];
  for (const id of sets) {
    const set = (await findTrainingSet(client, id))!;
    const cut = BigInt(set.manifest.knowledge.sequence);
    if (cut >= BigInt(writes.through)) continue; // it was built of what they wrote
    const after = cut > BigInt(writes.after) ? String(cut) : writes.after;
    const counted = await countFor(client, registry, { set, after, through: writes.through }, context);
    if ('why' in counted) unread.push(counted);
    else if (counted.rows > 0) trainingSets.push(await impactOf(client, registry, set, counted));
  }
  return { changed, trainingSets, unread };
}

async function changedRowsOf(
  client: Client,
  registry: Registry,
  { table, writes, listed }: { readonly table: string; readonly writes: Writes; readonly listed: number },
): Promise<TableImpact> {
  const { primaryKeys, features } = registry.featureTable(table);
  const plan = planFrom(registry, {
    table,
    lookupKeys: primaryKeys,
    lookback: null,
    features: features.map(({ name }) => ({ feature: name, as: name, default: null })),
  });
  const changed = await readChangedRows(client, plan, writes, listed);
  return {
    ...changed,
    listed: changed.listed.map((row) => ({ ...row, featureTs: formatInstant(row.featureTs) })),
  };
}

async function countFor(
  client: Client,
  registry: Registry,
  { set, ...writes }: Writes & { readonly set: StoredTrainingSet },
  context: ImpactContext,
): Promise<TouchedRows | UnreadTrainingSet> {
  const { id, path } = set;
  const scratch = join(context.scratch, id);
  context.report(`rows of ${id}`);
  const hidden = await access(path, constants.R_OK).then(() => undefined, reasonOf);
  if (hidden !== undefined) return { id, why: `cannot read its file: ${hidden}` };
  await mkdir(scratch);
  try {
    return await countTouchedRows({ client, registry }, set, writes, { ...context, scratch });
  } catch (error) {
    if (error instanceof AsofError && error.kind === 'input') return { id, why: error.message };
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function impactOf(
  client: Client | Pool,
  registry: Registry,
  { id, name, rows: of }: StoredTrainingSet,
  { rows, lookups }: TouchedRows,
): Promise<TrainingSetImpact> {
  const models = (await modelsOfSets(client, [id])).get(id) ?? [];
  return { id, name, rows, of, lookups, models, rule: ruleOf(registry, name) };
}

function ruleOf(registry: Registry, name: string): CorrectionRule {
  return registry.find('training_set', name)?.onCorrection ?? 'notify';
}

/** Holds sets against all writes since their last assessment. A repetition finds what was recorded. */
async function assess(
  ids: readonly string[],
  { through }: Extract<ImpactQuestion, { kind: 'assessment' }>,
  context: ImpactContext,
): Promise<MeasuredImpact> {
  const { pool, run } = context;
  const registry = await loadRegistry(pool);
  const unread: UnreadTrainingSet[] = [];
  for (const id of ids) {
    const set = (await findTrainingSet(pool, id))!;
    const before = await assessedThrough(pool, set);
    if (BigInt(before) >= BigInt(through)) continue;
    const after = await comparableFrom(pool, set);
    const counted = await atKnowledgeCut(pool, async (client) =>
      countFor(client, await loadRegistry(client), { set, after, through }, context),
    );
    if ('why' in counted) {
      unread.push(counted);
      continue;
    }
    const correction = {
      trainingSetId: id,
      after,
      through,
      rule: ruleOf(registry, set.name),
      assessedBy: run,
      ...counted,
    };
    await recordAssessment(pool, { id, before, through }, counted.rows > 0 ? correction : undefined);
  }
  const trainingSets: TrainingSetImpact[] = [];
  for (const { trainingSetId, rows, lookups } of await correctionsFoundBy(pool, ids, run)) {
    const set = (await findTrainingSet(pool, trainingSetId))!;
    trainingSets.push(await impactOf(pool, registry, set, { rows, lookups }));
  }
  return { merged: 0, changed: [], trainingSets, unread };
}
