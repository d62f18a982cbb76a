import { join } from 'node:path';
import { reportBatch } from '../../../cli/batch/batch.ts';
import { resetAll } from '../../../cli/registry/reset.ts';
import { applySchedules } from '../../../cli/registry/schedules.ts';
import { progress } from '../../../cli/shared/output.ts';
import type { Systems } from '../../../cli/shared/systems.ts';
import { withWorker } from '../../../cli/shared/with-worker.ts';
import { reportStream } from '../../../cli/stream/report-stream.ts';
import { runBatch } from '../../../client/batch/run-batch.ts';
import { refreshOnlineTable } from '../../../client/online/refresh-online-table.ts';
import { apply, plan } from '../../../client/registry/apply.ts';
import { loadDefinitions } from '../../../client/registry/load-definitions.ts';
import { type Temporal, withTemporal } from '../../../client/shared/temporal.ts';
import { type StreamCheck, checkStream } from '../../../client/stream/check-stream.ts';
import { readToHead } from '../../../client/stream/read-to-head.ts';
import { trainModel } from '../../../client/training/train-model.ts';
import { definitionsFolder } from '../../../config/definitions.ts';
import { temporalSettings } from '../../../config/servers.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { countRows } from '../../../db/tables/visible-rows.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import { FEATURE_TABLE_KINDS } from '../../../domain/registry/definition.ts';
import type { StreamEngine } from '../../../domain/stream/micro-batch.ts';
import type { TrainModelResult } from '../../../schemas/workflows/train-model.ts';
import { type EventOptions, sendEvents } from './events.ts';
import { labelDays, writeLabels } from './labels.ts';
import { predict } from './predictions.ts';
import { writeReferenceTables } from './reference-tables.ts';
import { latestUsers, showFeatures } from './show-features.ts';
import type { Stopwatch } from './stopwatch.ts';
import { workFolder } from './work-folder.ts';

export interface DemoOptions extends EventOptions {
  /** A spine for the real events. */
  readonly labels?: string | undefined;
}

const SOURCE = 'user-events';
const MODEL = 'user_churn_model';
/** A day's batch features wait until the day before it can gain no more events: 10 minutes of lateness, and some. */
const SETTLED_AFTER_MS = 15 * 60_000;

/** The demo from empty servers to predictions, step by step; what it answers is the summary of design §4. */
export async function runDemo(systems: Systems, watch: Stopwatch, options: DemoOptions, signal: AbortSignal) {
  const definitions = await loadDefinitions(definitionsFolder());
  await watch.step('apply', 'emptying Asof and applying the definitions', () => start(systems, definitions));
  const engine = await loadStreamEngine(systems.pool, SOURCE);
  const events = await watch.step(
    'events',
    `sending events to Kafka topic ${engine.source.topic}`,
    async () => {
      if (options.events === undefined) await writeReferenceTables(systems.pool, options);
      return sendEvents(systems.kafka, engine, options, signal);
    },
  );
  let model: Awaited<ReturnType<typeof learn>>;
  await withWorker(
    () =>
      withTemporal(temporalSettings(), async (temporal) => {
        await watch.step('stream', `workflow streamFeatures reads ${SOURCE} to its head`, () =>
          readToHead(temporal, systems.pool, systems.kafka, SOURCE, {
            ...{ from: 'earliest', ...reportStream(SOURCE), signal },
          }),
        );
        model = await learn(temporal, systems, watch, definitions, engine, options);
      }),
    { training: true },
  );
  const check = await checkStream(systems.pool, systems.kafka, SOURCE);
  progress(
    check.clean ? 'the offset ledger is clean' : `the ledger has violations: npx asof stream check ${SOURCE}`,
  );
  for (const { definition } of engine.tables) await showFeatures(systems.pool, definition);
  const summary = { events, ...totals(check), feature_rows: await featureRows(systems, definitions) };
  if (!model) return summary;
  return { ...summary, ...model, predictions: await predict(await latestUsers(systems.pool, engine)) };
}

async function start({ pool, kafka }: Systems, definitions: DefinitionSet): Promise<void> {
  await resetAll({ pool, kafka });
  const changes = await plan(pool, kafka, definitions);
  for (const { action, what } of changes) progress(`${action} ${what}`);
  await apply(pool, kafka, definitions, changes);
  await applySchedules(definitions, [], (await loadRegistry(pool)).definitions);
}

/** Batch features, training set, model and online tables; nothing where real events come without labels. */
async function learn(
  temporal: Temporal,
  { pool }: Systems,
  watch: Stopwatch,
  definitions: DefinitionSet,
  { source }: StreamEngine,
  { events, labels, until }: DemoOptions,
) {
  if (events !== undefined && labels === undefined) return undefined;
  const folder = await workFolder();
  const spine = labels ?? join(folder, 'churn-labels.csv');
  if (labels === undefined) await writeLabels(pool, source, until, spine);
  const today = `${new Date(Date.now() - SETTLED_AFTER_MS).toISOString().slice(0, 10)}T00:00:00Z`;
  await watch.step(
    'batch',
    'workflow computeBatchFeatures computes the days of the labels, and today',
    async () => {
      for (const { name } of definitions.ofKind('batch_table')) {
        await runBatch(temporal, { table: name, ...(await labelDays(spine)) }, { onProgress: reportBatch() });
        await runBatch(temporal, { table: name, from: today, to: today }, { onProgress: reportBatch() });
      }
    },
  );
  const out = join(folder, 'churn.parquet');
  const trained = await watch.step(
    'training',
    'workflow trainModel builds the training set, trains and registers',
    () => trainModel(temporal, { model: MODEL, spine, out }),
  );
  report(trained, out);
  await watch.step('online', 'workflow refreshOnlineTable publishes the online tables', async () => {
    for (const { name } of definitions.ofKind('online_table'))
      await refreshOnlineTable(temporal, { table: name });
  });
  const { val_auc, test_auc } = trained.metrics;
  return {
    training_set: trained.trainingSet,
    metrics: { val_auc, test_auc, test_auc_recency_alone: trained.metrics.test_auc_recency_alone },
    model_version: trained.version,
  };
}

function report({ trainingSet, rows, metrics, runUrl }: TrainModelResult, out: string): void {
  progress(
    `training set ${trainingSet.id}: ${trainingSet.rows} rows (train ${rows.train}, val ${rows.val}, test ${rows.test}) in ${out}\n` +
      `AUC on test ${metrics.test_auc?.toFixed(3)}, of recency alone ${metrics.test_auc_recency_alone?.toFixed(3)}; run ${runUrl}`,
  );
}

async function featureRows({ pool }: Systems, definitions: DefinitionSet) {
  const counts: Record<string, number> = {};
  for (const { name } of definitions.ofKind(...FEATURE_TABLE_KINDS))
    counts[name] = await countRows(pool, name);
  return counts;
}

function totals({ partitions }: StreamCheck) {
  const sum = (of: 'raw' | 'deadLetters' | 'late'): number =>
    partitions.reduce((total, partition) => total + partition[of], 0);
  return { raw: sum('raw'), dead_letters: sum('deadLetters'), late: sum('late') };
}
