import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { connect as connectAsof } from 'asof/client';
import { createMlflow } from '../../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../../adapters/mlflow/download-model.ts';
import { connect } from '../../../../db/sql/client.ts';
import { cardFraudModel } from '../../../../examples/fraud/definitions/card-fraud-model.ts';
import { fraud } from '../../../../examples/fraud/definitions/fraud-training-set.ts';
import { simulatePayments } from '../../../../examples/fraud/simulator/index.ts';
import { stackEnvironment } from '../../../../stack/index.ts';
import { FRAUD_FEATURES, type OracleScore, fraudFeatures, paymentsIn } from '../../../oracle/fraud.ts';
import { parseMicros } from '../../../oracle/time.ts';
import { builtSet, show } from '../../../support/expectations/built-set.ts';
import { readParquetFile } from '../../../support/projects/training-set.ts';
import { runFraudDemo } from '../../../support/servers/asof.ts';
import { python } from '../../training/model/support/python.ts';

/** The summary that the demo prints. */
interface Summary {
  readonly records: number;
  readonly raw: number;
  readonly dead_letters: number;
  readonly skipped: number;
  readonly clean: boolean;
  readonly training_set: { readonly id: string; readonly rows: number };
  readonly metrics: Readonly<Record<string, number>>;
  readonly model_version: number;
  readonly predictions: readonly number[];
}

test('nested payments, two entities, an external table and late labels give the features of the oracle, and a model that finds fraud', async () => {
  const [seed, until] = [5, '2026-06-01T00:00:00Z'];
  const { code, stdout, stderr } = await runFraudDemo(
    ['--seed', String(seed), '--until', until],
    process.env,
  );
  expect(code, stderr).toBe(0);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1)!) as Summary;

  const simulated = simulatePayments({ seed, until: Date.parse(until) });
  const payments = paymentsIn(simulated.records.map(({ value }) => value));
  const isSettled = ({ value }: { value: string }) => value.includes('payment.settled');
  const skipped = simulated.records.filter(isSettled).length;
  expect(summary).toMatchObject({
    records: simulated.records.length,
    raw: simulated.records.length - skipped,
    dead_letters: 0,
    skipped,
    clean: true,
  });
  expect(skipped).toBeGreaterThan(100);
  expect(summary.metrics.test_auc).toBeGreaterThan(0.8);
  expect(summary.predictions).toHaveLength(5);

  const pool = await connect(stackEnvironment().DATABASE_URL!);
  const set = await builtSet(pool, summary.training_set.id).finally(() => pool.end());
  const scores = simulated.scores.map(
    (row) => ({ ...row, scored_at: parseMicros(String(row.scored_at))! }) as OracleScore,
  );
  const { types, rows } = await readParquetFile(set.path);
  const [heading, ...lines] = (await readFile(set.spine, 'utf8')).trim().split('\n');
  expect(Object.keys(types)).toEqual([...heading!.split(','), ...FRAUD_FEATURES]);
  expect(rows).toHaveLength(lines.length);
  const columns = heading!.split(',').length;
  for (const [index, line] of lines.entries()) {
    const fields = line.split(',');
    const [card_id, merchant_id, authorized_at] = fields as [string, string, string];
    const payment = { card_id, merchant_id, amount: Number(fields.at(-1)) };
    const wanted = fraudFeatures({ payments, scores }, payment, parseMicros(authorized_at)!);
    expect(show(rows[index]!.slice(columns)), line).toBe(show(wanted));
  }
  await expectModel(summary.model_version, set.path);
}, 600_000);

/** Expects MLflow's own client to load the model with its request features, and its lineage to say what these are of. */
async function expectModel(version: number, path: string): Promise<void> {
  const model = `${cardFraudModel.definition.name}/${version}`;
  const environment = { ...process.env, ...stackEnvironment() };
  const loaded = JSON.parse(
    await python('load_model.py', [model, path, FRAUD_FEATURES.join(',')], environment),
  ) as { readonly inputs: readonly [string, string][]; readonly probabilities: Record<string, number[]> };
  expect(loaded.inputs.map(([name]) => name)).toEqual(FRAUD_FEATURES);
  expect(loaded.probabilities.pyfunc).toEqual(loaded.probabilities.sklearn);
  const uri = stackEnvironment().MLFLOW_TRACKING_URI!;
  const { featureSpec } = await downloadModel(
    createMlflow({ uri }),
    cardFraudModel.definition.name,
    version,
    () => Promise.resolve(null),
  );
  const { requestFields, requestFeatures } = fraud.definition;
  expect(featureSpec).toMatchObject({ requestFields, requestFeatures });
  await using asof = await connectAsof();
  expect((await asof.lineage.model(model)).requestFeatures).toMatchObject([
    { name: 'amount_over_card_mean', uses: ['amount', 'card_mean_amount_6h'] },
    { name: 'seconds_since_card_payment', uses: ['card_last_payment_at', 'now()'] },
  ]);
}
