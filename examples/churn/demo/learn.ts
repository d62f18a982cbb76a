import { join } from 'node:path';
import type { Asof, TrainModelResult } from 'asof/client';
import { reportBatch } from '../../../cli/batch/batch.ts';
import { progress } from '../../../cli/shared/output.ts';
import { reportActivities } from '../../../cli/training/report-activities.ts';
import type { Stopwatch } from '../../shared/demo/stopwatch.ts';
import { workFolder } from '../../shared/demo/work-folder.ts';
import { BATCH_TABLES, MODEL, ONLINE_TABLES } from './example.ts';
import { labelDays, writeLabels } from './labels.ts';
import type { DemoOptions } from './options.ts';

/**
 * How long after midnight the previous day can still gain events: 10 minutes of allowed lateness, plus a
 * margin. Batch features of a day wait for so long.
 */
const SETTLED_AFTER_MS = 15 * 60_000;

/** The model's part of the demo's summary. */
export type Learned = ReturnType<typeof summaryOf>;

/**
 * Computes the batch features, builds the training set, trains the model and publishes the online tables.
 * Does nothing for real events without labels.
 */
export async function learn(
  asof: Asof,
  watch: Stopwatch,
  { events, labels, until, signal }: DemoOptions & { readonly signal: AbortSignal },
): Promise<Learned | undefined> {
  if (events !== undefined && labels === undefined) return undefined;
  const folder = await workFolder();
  const spine = labels ?? join(folder, 'churn-labels.csv');
  if (labels === undefined) await writeLabels(asof, until, spine);
  await watch.step('batch', 'workflow computeBatchFeatures computes the days of the labels, and today', () =>
    computeBatches(asof, spine, signal),
  );
  const out = join(folder, 'churn.parquet');
  const trained = await watch.step(
    'training',
    'workflow trainModel builds the training set, trains and registers',
    () =>
      asof.model(MODEL).train({ spine, out, overwrite: true, onProgress: reportActivities(MODEL), signal }),
  );
  report(trained, out);
  await watch.step('online', 'workflow refreshOnlineTable publishes the online tables', async () => {
    for (const table of ONLINE_TABLES) await asof.online(table).refresh({ signal });
  });
  return summaryOf(trained);
}

async function computeBatches(asof: Asof, spine: string, signal: AbortSignal): Promise<void> {
  const today = `${new Date(Date.now() - SETTLED_AFTER_MS).toISOString().slice(0, 10)}T00:00:00Z`;
  for (const table of BATCH_TABLES) {
    const batch = asof.batch(table);
    await batch.run({ ...(await labelDays(spine)), onProgress: reportBatch(), signal });
    await batch.run({ from: today, to: today, onProgress: reportBatch(), signal });
  }
}

function summaryOf({ trainingSet, metrics, version }: TrainModelResult) {
  const { val_auc, test_auc, test_auc_recency_alone } = metrics;
  return {
    training_set: trainingSet,
    metrics: { val_auc, test_auc, test_auc_recency_alone },
    model_version: version,
  };
}

function report({ trainingSet, rows, metrics, runUrl }: TrainModelResult, out: string): void {
  progress(
    `training set ${trainingSet.id}: ${trainingSet.rows} rows (train ${rows.train}, val ${rows.val}, test ${rows.test}) in ${out}\n` +
      `AUC on test ${metrics.test_auc?.toFixed(3)}, of recency alone ${metrics.test_auc_recency_alone?.toFixed(3)}; run ${runUrl}`,
  );
}
