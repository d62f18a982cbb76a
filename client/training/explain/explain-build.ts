import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DuckDb, withDuckDb } from '../../../adapters/duckdb/database.ts';
import { loadArrangedSpine } from '../../../adapters/duckdb/spine/load-arranged.ts';
import { spineMoments } from '../../../adapters/duckdb/spine-table.ts';
import { keepSpineBytes } from '../../../adapters/files/kept-files.ts';
import { requireLocalPath } from '../../../adapters/files/local-path.ts';
import { atKnowledgeCut } from '../../../db/commits/knowledge-cut.ts';
import { type TrainingSetPlan, loadTrainingSet, spineOf } from '../../../db/training/load-training-set.ts';
import { readMadeSpine } from '../../../db/training/made-spine.ts';
import { versionsToRead } from '../../../db/training/versions/versions-to-read.ts';
import { type Instant, formatInstant } from '../../../domain/time/instant.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import type { Connections } from '../../shared/connections.ts';
import type { BuildFileOptions } from '../open-files.ts';
import { keepGivenSpine } from '../spine/keep-given-spine.ts';
import { isMadeSpine } from '../spine/spine-source.ts';
import type { BuildExplanation, ExplainedSpine, LookupReading } from './build-explanation.ts';
import { explainReading } from './explain-reading.ts';

/** The build to explain. */
export type ExplainBuildOptions = Pick<BuildFileOptions, 'spine' | 'allowMissing' | 'as'>;

/** Loads the spine, which is small beside the tables, and reads nothing but the catalogue of these. */
export async function explainBuild(
  connections: Connections,
  name: string,
  { spine, allowMissing = false, as: way = 'latest' }: ExplainBuildOptions,
): Promise<BuildExplanation> {
  const pool = await connections.pool();
  const scratch = await mkdtemp(join(tmpdir(), 'asof-explain-'));
  try {
    const plan = await loadTrainingSet(pool, name);
    const path = await spineFile(connections, name, spine, scratch);
    return await withDuckDb(scratch, async (connection) => {
      const loaded = await loadSpine(connection, plan, { path, scratch });
      const { columns, earliest } = loaded;
      const { lookups: plans } = plan;
      const { knowledge, lookups } = await atKnowledgeCut(pool, async (client, knowledge) => {
        const reading = { way, plans, earliest, cut: knowledge.sequence, allowMissing };
        const versions = await versionsToRead(client, reading);
        const build = { connection, client, columns, scratch, knowledge, way };
        const lookups: LookupReading[] = [];
        for (const [index, lookup] of plans.entries())
          lookups.push(await explainReading(lookup, versions[index]!, build));
        return { knowledge, lookups };
      });
      return {
        trainingSet: name,
        way,
        knowledge,
        spine: loaded.spine,
        lookups,
        requestFeatures: plan.computed.map((feature) => feature.name),
        definitions: plan.references,
      };
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The file of a spine. What is no file becomes one in the folder, and is not kept. */
async function spineFile(
  connections: Connections,
  name: string,
  spine: ExplainBuildOptions['spine'],
  folder: string,
): Promise<string> {
  if (typeof spine === 'string') {
    requireLocalPath(spine, 'the spine');
    return resolve(spine);
  }
  if (!isMadeSpine(spine)) return keepGivenSpine(connections, spine, { kept: folder });
  const made = await readMadeSpine(await connections.pool(), name, spine, (csv) =>
    keepSpineBytes(folder, csv),
  );
  return made.taken;
}

/** A spine in DuckDB, as a build has it. */
interface LoadedSpine {
  readonly columns: readonly SpineColumn[];
  readonly earliest: Instant;
  readonly spine: ExplainedSpine;
}

async function loadSpine(
  connection: DuckDb,
  plan: TrainingSetPlan,
  file: { readonly path: string; readonly scratch: string },
): Promise<LoadedSpine> {
  const { definition, types } = spineOf(plan);
  const loaded = await loadArrangedSpine(connection, { ...file, types }, definition, () => {});
  const { given, columns, rows, splitRows: splits } = loaded;
  const { earliest, latest } = await spineMoments(connection, columns);
  const moments = { from: formatInstant(earliest), to: formatInstant(latest) };
  return { columns, earliest, spine: { rows, given: given.rows, ...moments, splits } };
}
