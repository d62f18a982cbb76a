import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CHURN_FEATURES } from '../../../oracle/churn.ts';
import { parseMicros } from '../../../oracle/time.ts';
import { builtSet, midnights, readSpine } from '../../../support/expectations/built-set.ts';
import {
  expectEndpointByKey,
  expectEndpointLikePython,
} from '../../../support/expectations/expect-endpoint.ts';
import { expectTrainingSet } from '../../../support/expectations/expect-training-set.ts';
import { expectSummary, withDemo } from '../../../support/projects/demo.ts';
import { simulatedReference } from '../../../support/projects/simulated-reference.ts';
import { withFolder } from '../../../support/projects/training-set.ts';
import { runAsof } from '../../../support/servers/asof.ts';
const [invoices, labels] = [data('online-retail-invoices.ndjson'), data('online-retail-churn-labels.csv')];

/** Long enough for a machine that also does other work. */
const TIMEOUT_MS = 1_200_000;

test(
  'the simulated demo gives the right summary, training rows and probabilities',
  async () => {
    const options = { seed: 5, until: '2026-03-01T00:00:00Z' };
    await withDemo(['--seed', String(options.seed), '--until', options.until], async (demo) => {
      const { summary, expected, pool } = demo;
      const set = await builtSet(pool, summary.training_set.id);
      expectSummary(demo, await daysOf(set.spine));
      expect(summary.events).toBeGreaterThan(50_000);
      expect(summary.metrics.test_auc).toBeGreaterThan(summary.metrics.test_auc_recency_alone);

      const features = await expectTrainingSet(set, expected, simulatedReference(options));
      expect(features).toHaveLength(summary.training_set.rows);
      for (const [at, name] of CHURN_FEATURES.entries())
        expect(new Set(features.map((row) => row[at])).size, name).toBeGreaterThan(1);

      await withFolder(async (folder) => {
        const files = ['--spine', set.spine, '--out', join(folder, 'again.parquet')];
        const again = await runAsof(['training-set', 'build', 'churn', ...files], process.env);
        expect(again.code, again.stderr).toBe(0);
        expect(JSON.parse(again.stdout)).toEqual(summary.training_set);
      });

      await expectEndpointLikePython(`user_churn_model/${summary.model_version}`, set.path, features);
      const users = new Set(expected.raw.map(({ user_id }) => user_id));
      await expectEndpointByKey([...users].slice(0, 500));
    });
  },
  TIMEOUT_MS,
);

test.runIf(existsSync(invoices) && existsSync(labels))(
  'the demo on real invoices gives dead letters for those without a customer, and 15,508 training rows',
  async () => {
    await withDemo(['--events', invoices, '--labels', labels], async (demo) => {
      const { summary, expected, pool } = demo;
      expectSummary(demo, await daysOf(labels));
      expect(summary.events).toBe(25_943);
      for (const { value } of expected.deadLetters)
        expect(JSON.parse(String(value))).toMatchObject({ user_id: null });
      expect(summary.training_set.rows).toBe(15_508);
      expect(summary.metrics.test_auc).toBeGreaterThan(summary.metrics.test_auc_recency_alone);
      const set = { ...(await builtSet(pool, summary.training_set.id)), spine: labels };
      await expectTrainingSet(set, expected, { users: [], products: [] });
    });
  },
  TIMEOUT_MS,
);

function data(name: string) {
  return fileURLToPath(new URL(`../../../../../shared/data/${name}`, import.meta.url));
}

/** The midnights for which the batch features of a spine are computed. */
async function daysOf(spine: string): Promise<bigint[]> {
  return midnights((await readSpine(spine)).slice(1).map(([, , timestamp]) => parseMicros(timestamp!)!));
}
