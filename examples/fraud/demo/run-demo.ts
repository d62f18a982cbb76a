import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Asof, AsofError } from 'asof/client';
import { progress, table } from '../../../cli/shared/output.ts';
import { withWorker } from '../../../cli/shared/with-worker.ts';
import { reportSent } from '../../../cli/stream/report-sent.ts';
import { reportStream } from '../../../cli/stream/report-stream.ts';
import { reportActivities } from '../../../cli/training/report-activities.ts';
import { endpointUrl, invoke, startEndpoints } from '../../shared/demo/endpoints.ts';
import { expectOwnRecords } from '../../shared/demo/own-records.ts';
import { startAnew } from '../../shared/demo/servers.ts';
import type { Stopwatch } from '../../shared/demo/stopwatch.ts';
import { workFolder } from '../../shared/demo/work-folder.ts';
import { cardFraudModel } from '../definitions/card-fraud-model.ts';
import { cardScores } from '../definitions/card-scores.ts';
import { payments } from '../definitions/payments.ts';
import * as serving from '../definitions/serving.ts';
import { type Simulated, simulatePayments } from '../simulator/index.ts';

const DEFINITIONS = fileURLToPath(new URL('../definitions', import.meta.url));

const SOURCE = payments.definition.name;
const MODEL = cardFraudModel.definition.name;
const ENDPOINT = serving.fraudEndpoint.definition.name;
const ONLINE_TABLES = [
  serving.onlineCardActivity,
  serving.onlineCardMonth,
  serving.onlineMerchantActivity,
  serving.onlineCardScores,
];

export interface FraudDemoOptions {
  readonly seed: number;
  readonly until: string;
  /** Whether to empty servers that the environment names, too. */
  readonly force?: boolean | undefined;
}

/** Runs the demo from empty servers to predictions, step by step; resolves to its summary. */
export async function runDemo(asof: Asof, watch: Stopwatch, options: FraudDemoOptions) {
  const simulated = simulatePayments({ seed: options.seed, until: millisOf(options.until) });
  await watch.step('apply', 'emptying Asof and applying the definitions', () =>
    startAnew(asof, DEFINITIONS, options.force),
  );
  const trained = await withWorker((signal) => learn(asof, watch, simulated, signal), { training: true });
  const { partitions, clean } = await asof.stream(SOURCE).check();
  const total = (of: 'raw' | 'deadLetters' | 'skipped') =>
    partitions.reduce((sum, partition) => sum + partition[of], 0);
  return {
    records: simulated.records.length,
    raw: total('raw'),
    dead_letters: total('deadLetters'),
    skipped: total('skipped'),
    clean,
    training_set: trained.trainingSet,
    metrics: trained.metrics,
    model_version: trained.version,
    predictions: await predict(simulated),
  };
}

async function learn(asof: Asof, watch: Stopwatch, simulated: Simulated, signal: AbortSignal) {
  await watch.step('events', `sending records to Kafka topic ${SOURCE}`, async () => {
    await asof.writeTable(cardScores.definition.name, simulated.scores);
    await asof.stream(SOURCE).send(simulated.records, { signal, onProgress: reportSent('records') });
  });
  await watch.step('stream', `workflow streamFeatures reads ${SOURCE} to its head`, () =>
    asof.stream(SOURCE).readToHead({ from: 'earliest', onProgress: reportStream(SOURCE), signal }),
  );
  expectOwnRecords(await asof.stream(SOURCE).check(), simulated.records.length);
  const folder = await workFolder();
  const [spine, out] = [join(folder, 'fraud-labels.csv'), join(folder, 'fraud.parquet')];
  await writeFile(spine, simulated.labels);
  const trained = await watch.step(
    'training',
    'workflow trainModel builds the set, trains and registers',
    () =>
      asof.model(MODEL).train({ spine, out, overwrite: true, onProgress: reportActivities(MODEL), signal }),
  );
  await watch.step('online', 'workflow refreshOnlineTable publishes the online tables', async () => {
    for (const { definition } of ONLINE_TABLES) await asof.online(definition.name).refresh({ signal });
  });
  return trained;
}

/** Asks the endpoint about the newest payments; resolves to the predicted probabilities. */
async function predict({ payments: simulated }: Simulated): Promise<number[]> {
  await startEndpoints();
  const newest = simulated.slice(-5).map(({ card, merchant, amount }) => ({
    card_id: card.cardId,
    merchant_id: merchant.merchantId,
    amount: amount / 100,
  }));
  const { predictions } = await invoke<{ predictions: number[] }>(ENDPOINT, newest);
  const rows = newest.map((payment, index) => ({ ...payment, fraud: predictions[index]!.toFixed(3) }));
  progress(`\nPOST ${endpointUrl(ENDPOINT)}\n${table(rows, ['card_id', 'merchant_id', 'amount', 'fraud'])}`);
  return predictions;
}

/** @throws AsofError `ASOF_INPUT_INVALID` if `until` is not a moment in the past. */
function millisOf(until: string): number {
  const millis = Date.parse(until);
  if (millis <= Date.now()) return millis;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `--until '${until}' is not a moment in the past; expected an RFC 3339 time such as 2026-03-01T00:00:00Z`,
  );
}
