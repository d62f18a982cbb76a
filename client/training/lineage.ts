import { type TableWrites, writesUpTo } from '../../db/batch/written/table-writes.ts';
import { type SourceOffsets, offsetsUpTo } from '../../db/lineage/offsets-up-to.ts';
import { loadRegistry } from '../../db/registry/registry.ts';
import type { Pool } from '../../db/sql/client.ts';
import { type ModelVersion, findModel, listModels, modelsMadeFrom } from '../../db/training/models.ts';
import { type StoredTrainingSet, findTrainingSet } from '../../db/training/training-sets.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { namesIn, readsMoment } from '../../domain/expressions/operands.ts';
import {
  type DefinitionKind,
  type DerivedFeature,
  FEATURE_TABLE_KINDS,
  SOURCE_KINDS,
  WRITTEN_TABLE_KINDS,
  type WrittenTableDefinition,
} from '../../domain/registry/definition.ts';
import { type Described, describedBy } from '../../domain/registry/described.ts';
import type { Registry } from '../../domain/registry/registry.ts';
import type { DefinitionReference } from '../../domain/training/manifest.ts';
import type { Connections } from '../shared/connections.ts';

/** What a model version was made from, with what people say of the model now. */
export interface ModelLineage extends Described {
  readonly model: string;
  readonly version: number;
  /** The id of the run in MLflow. */
  readonly run: string;
  readonly trainingSet: LineageTrainingSet;
  /** The feature tables that the training set looked up. */
  readonly tables: readonly LineageDefinition[];
  /** The features that are computed from request fields and looked-up features. */
  readonly requestFeatures: readonly LineageRequestFeature[];
  /** The event sources and reference tables that these tables were made from. */
  readonly sources: readonly LineageDefinition[];
  /** What users had written into those of these tables that they write, up to the knowledge cut. */
  readonly writes: readonly TableWrites[];
  /** What had been read of the logs of the event sources up to the knowledge cut. */
  readonly offsets: readonly SourceOffsets[];
}

/** A request feature, and what it is computed from. */
export interface LineageRequestFeature extends Described {
  readonly name: string;
  /** Looked-up features, request fields and other request features; `now()` for the moment. */
  readonly uses: readonly string[];
}

/** A version of a definition, with what people say of the definition now. */
export interface LineageDefinition extends DefinitionReference, Described {}

/** The training set that a model version was trained on. */
export interface LineageTrainingSet extends Described {
  readonly id: string;
  readonly name: string;
  /** The version of the training set's definition. */
  readonly definitionVersion: number;
  readonly rows: number;
  /** SHA-256 of the canonical rows. */
  readonly sha256: string;
  /** The knowledge cut of the build: a sequence, as a decimal text. */
  readonly cut: string;
  readonly spine: { readonly path: string; readonly sha256: string };
}

/** What a model version can come from: a feature table, or an event source or reference table. */
export type Origin = { readonly table: string } | { readonly source: string };

/** The model versions that come from a table or source. */
export interface UsedBy {
  /** The name of the table or source. */
  readonly name: string;
  readonly models: readonly ModelVersion[];
}

export async function modelLineage(connections: Connections, of: string): Promise<ModelLineage> {
  const pool = await connections.pool();
  const model = await modelVersion(pool, of);
  const trainingSet = await findTrainingSet(pool, model.trainingSetId);
  if (!trainingSet) {
    throw new AsofError(
      'ASOF_TRAINING_SET_UNKNOWN',
      `model version ${of} was trained on training set '${model.trainingSetId}', which is not registered any more`,
      { details: { model: of, trainingSet: model.trainingSetId } },
    );
  }
  const { definitions, knowledge } = trainingSet.manifest;
  const writes = await writesUpTo(pool, definitions.filter(isWritten), knowledge.sequence);
  const logs = definitions.filter(({ kind }) => kind === 'event_source').map(({ name }) => name);
  const offsets = await offsetsUpTo(pool, logs, knowledge.sequence);
  return { ...describe(model, trainingSet, await loadRegistry(pool)), writes, offsets };
}

export async function usedBy(connections: Connections, origin: Origin): Promise<UsedBy> {
  const [kinds, name] =
    'table' in origin
      ? ([FEATURE_TABLE_KINDS, origin.table] as const)
      : ([SOURCE_KINDS, origin.source] as const);
  return { name, models: await modelsMadeFrom(await connections.pool(), { kinds, name }) };
}

function describe(
  { name, version, runId }: ModelVersion,
  { id, name: setName, rows, sha256, manifest }: StoredTrainingSet,
  registry: Registry,
): Omit<ModelLineage, 'writes' | 'offsets'> {
  const { definitions, knowledge, spine } = manifest;
  const said = (kind: string, of: string) => describedBy(registry.find(kind as DefinitionKind, of) ?? {});
  const ofKind = (kinds: readonly string[]) =>
    definitions
      .filter(({ kind }) => kinds.includes(kind))
      .map((one) => ({ ...one, ...said(one.kind, one.name) }));
  return {
    model: name,
    version,
    ...said('model', name),
    run: runId,
    trainingSet: {
      id,
      name: setName,
      ...said('training_set', setName),
      definitionVersion: ofKind(['training_set'])[0]!.version,
      rows,
      sha256,
      cut: knowledge.sequence,
      spine: { path: spine.path, sha256: spine.sha256 },
    },
    tables: ofKind(FEATURE_TABLE_KINDS),
    requestFeatures: (manifest.requestFeatures ?? []).map(lineageOf),
    sources: ofKind(SOURCE_KINDS),
  };
}

function lineageOf(feature: DerivedFeature): LineageRequestFeature {
  const { name, expression } = feature;
  const uses = [...new Set(namesIn(expression)), ...(readsMoment(expression) ? ['now()'] : [])];
  return { name, uses, ...describedBy(feature) };
}

function isWritten<Reference extends DefinitionReference>(
  reference: Reference,
): reference is Reference & { readonly kind: WrittenTableDefinition['kind'] } {
  return WRITTEN_TABLE_KINDS.some((kind) => kind === reference.kind);
}

async function modelVersion(pool: Pool, of: string): Promise<ModelVersion> {
  const [, name, version] = /^([^/]+)\/(\d+)$/.exec(of) ?? [];
  if (name === undefined) {
    throw new AsofError(
      'ASOF_MODEL_VERSION_INVALID',
      `'${of}' is not a model version; expected a name and a number, such as user_churn_model/1`,
      { details: { model: of } },
    );
  }
  const found = await findModel(pool, name, Number(version));
  if (found) return found;
  const known =
    (await listModels(pool)).map((model) => `${model.name}/${model.version}`).join(', ') || 'none';
  throw new AsofError(
    'ASOF_MODEL_UNKNOWN',
    `there is no model version '${of}'; known: ${known}. Train one with the workflow trainModel`,
    { details: { model: of } },
  );
}
