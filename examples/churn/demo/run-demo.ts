import type { Asof, StreamCheck } from 'asof/client';
import { progress } from '../../../cli/shared/output.ts';
import { withWorker } from '../../../cli/shared/with-worker.ts';
import { reportStream } from '../../../cli/stream/report-stream.ts';
import { expectOwnRecords } from '../../shared/demo/own-records.ts';
import { startAnew } from '../../shared/demo/servers.ts';
import type { Stopwatch } from '../../shared/demo/stopwatch.ts';
import { sendEvents, writeReferenceTables } from './events.ts';
import { ACTIVITY, BATCH_TABLES, DEFINITIONS, SOURCE } from './example.ts';
import { type Learned, learn } from './learn.ts';
import type { DemoOptions } from './options.ts';
import { predict } from './predictions.ts';
import { latestUsers, showFeatures } from './show-features.ts';

/** Runs the demo from empty servers to predictions, step by step; resolves to its summary. */
export async function runDemo(asof: Asof, watch: Stopwatch, options: DemoOptions, signal: AbortSignal) {
  await watch.step('apply', 'emptying Asof and applying the definitions', () =>
    startAnew(asof, DEFINITIONS, options.force),
  );
  const events = await watch.step('events', `sending events to Kafka topic ${SOURCE}`, async () => {
    if (options.events === undefined) await writeReferenceTables(asof, options);
    return sendEvents(asof, options, signal);
  });
  const stream = asof.stream(SOURCE);
  const learned = await withWorker<Learned | undefined>(
    async (signal) => {
      await watch.step('stream', `workflow streamFeatures reads ${SOURCE} to its head`, () =>
        stream.readToHead({ from: 'earliest', onProgress: reportStream(SOURCE), signal }),
      );
      expectOwnRecords(await stream.check(), events);
      return learn(asof, watch, { ...options, signal });
    },
    { training: true },
  );
  const check = await stream.check();
  progress(
    check.clean ? 'the offset ledger is clean' : `the ledger has violations: npx asof stream check ${SOURCE}`,
  );
  await showFeatures(asof);
  const summary = { events, ...totals(check), feature_rows: await featureRows(asof) };
  if (!learned) return summary;
  return { ...summary, ...learned, predictions: await predict(await latestUsers(asof)) };
}

async function featureRows(asof: Asof): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of [ACTIVITY, ...BATCH_TABLES]) counts[name] = await asof.table(name).countRows();
  return counts;
}

function totals({ partitions }: StreamCheck) {
  const sum = (of: 'raw' | 'deadLetters' | 'late'): number =>
    partitions.reduce((total, partition) => total + partition[of], 0);
  return { raw: sum('raw'), dead_letters: sum('deadLetters'), late: sum('late') };
}
