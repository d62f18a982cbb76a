import { fileURLToPath } from 'node:url';
import { Command } from '@commander-js/extra-typings';
import { apply, plan } from '../../client/apply.ts';
import { checkStream, type StreamCheck } from '../../client/check-stream.ts';
import { loadDefinitions } from '../../client/load-definitions.ts';
import { readToHead } from '../../client/read-to-head.ts';
import { reset } from '../../client/reset.ts';
import { withTemporal } from '../../client/temporal.ts';
import { definitionsFolder } from '../../config/definitions.ts';
import { temporalSettings } from '../../config/servers.ts';
import { loadStreamEngine } from '../../db/registry.ts';
import { countRows } from '../../db/visible-rows.ts';
import { startBackground, stackDown, stackEnvironment, stackUp, stopBackground } from '../../stack/index.ts';
import { interruptSignal } from '../interrupt.ts';
import { progress } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { reportLag } from '../report-lag.ts';
import { refuseForeign } from '../reset.ts';
import { withSystems, type Systems } from '../systems.ts';
import { withWorker } from '../with-worker.ts';
import { checkUntil, sendEvents, type EventOptions } from './events.ts';
import { showFeatures } from './show-features.ts';
import { Stopwatch } from './stopwatch.ts';

const SOURCE = 'user-events';

export function demoCommand() {
  return new Command('demo')
    .description(
      'everything from nothing: servers, definitions, events, features; empties what an earlier demo left',
    )
    .option('--events <file>', 'real events, one JSON object a line, instead of simulated ones')
    .option('--seed <n>', 'the same seed and time simulate the same events', wholeNumber, 42)
    .option('--until <time>', 'RFC 3339 time up to which events are simulated', new Date().toISOString())
    .option('--down', 'stop the servers at the end')
    .option('--force', 'also on servers that the environment names')
    .addHelpText('after', '\nExamples:\n  npm run demo\n  npm run demo -- --events events.ndjson --down')
    .action(async ({ down, force, ...events }) => {
      checkUntil(events.until);
      refuseForeign(force);
      const signal = interruptSignal();
      const watch = new Stopwatch();
      await watch.step('servers', 'starting the servers', () => stackUp({ progress, signal }));
      await stopBackground('worker');
      const summary = await withSystems((systems) => runDemo(systems, watch, events, signal));
      if (down) await stackDown({ progress });
      else await leaveRunning();
      process.stdout.write(`${JSON.stringify({ ...summary, seconds: watch.report })}\n`);
    });
}

async function runDemo(
  { pool, kafka }: Systems,
  watch: Stopwatch,
  options: EventOptions,
  signal: AbortSignal,
) {
  const definitions = await loadDefinitions(definitionsFolder());
  await watch.step('apply', 'emptying Asof and applying the definitions', async () => {
    await withTemporal(temporalSettings(), ({ client }) => reset(pool, kafka, client));
    const changes = await plan(pool, kafka, definitions);
    for (const { action, what } of changes) progress(`${action} ${what}`);
    await apply(pool, kafka, definitions, changes);
  });
  const engine = await loadStreamEngine(pool, SOURCE);
  const events = await watch.step('events', `sending events to Kafka topic ${engine.source.topic}`, () =>
    sendEvents(kafka, engine, options, signal),
  );
  await watch.step('stream', `workflow streamFeatures reads ${SOURCE} to its head`, () =>
    withWorker(() =>
      withTemporal(temporalSettings(), (temporal) =>
        readToHead(temporal, pool, kafka, SOURCE, {
          ...{ from: 'earliest', onLag: reportLag(SOURCE), signal },
        }),
      ),
    ),
  );
  const check = await checkStream(pool, kafka, SOURCE);
  progress(
    check.clean ? 'the offset ledger is clean' : `the ledger has violations: npx asof stream check ${SOURCE}`,
  );
  const featureRows: Record<string, number> = {};
  for (const { definition } of engine.tables) {
    featureRows[definition.name] = await countRows(pool, definition);
    await showFeatures(pool, definition);
  }
  return { events, ...totals(check), feature_rows: featureRows };
}

function totals({ partitions }: StreamCheck) {
  const sum = (of: 'raw' | 'deadLetters' | 'late'): number =>
    partitions.reduce((total, partition) => total + partition[of], 0);
  return { raw: sum('raw'), dead_letters: sum('deadLetters'), late: sum('late') };
}

/** Leaves a worker running, so that workflows which are started by hand are worked on. */
async function leaveRunning(): Promise<void> {
  const bin = fileURLToPath(new URL('../../bin/asof.mjs', import.meta.url));
  await startBackground({ name: 'worker', command: process.execPath, args: [bin, 'worker'] });
  const { TEMPORAL_UI_URL, MLFLOW_TRACKING_URI } = stackEnvironment();
  progress(
    [
      '\nStill running: the servers and a worker. Stop them with: npx asof stack down',
      `  Temporal Web UI  ${TEMPORAL_UI_URL}/namespaces/default/workflows`,
      `  MLflow           ${MLFLOW_TRACKING_URI}`,
    ].join('\n'),
  );
}
