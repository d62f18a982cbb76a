import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batchRunWorkflowId } from '../../../domain/workflow-ids.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import {
  expectBatchOracle,
  readEvents,
  withBatchProject,
  write,
} from '../../support/projects/batch-project.ts';
import { withExtra } from '../../support/projects/extra-field.ts';
import { produce } from '../../support/projects/log.ts';

const DAYS = ['2026-02-27', '2026-02-28', '2026-03-01'].map((day) => `${day}T00:00:00Z`);
const TABLES = ['user_profile_features', 'transaction_features'];

test('a range is computed once, and again only for times whose events or reference rows have changed', async () => {
  await withBatchProject({}, (project) =>
    project.withWorkers(1, async () => {
      const { kafka, source } = project;
      const run = (table: string, again = false) =>
        project.asof.batch(table).run({ from: DAYS[0]!, to: DAYS[2]!, again });
      const events = [
        purchase('a', 'p_1', '2026-02-26T10:00:00Z'),
        purchase('b', 'p_2', '2026-02-28T10:00:00Z'),
      ];
      await produce(kafka, source, events);
      await readEvents(project);
      const users = [{ user_id: 'a', subscription_tier: 'free', valid_from: '2026-01-01T00:00:00Z' }];
      const products = [{ product_id: 'p_1', category: 'books', valid_from: '2026-01-01T00:00:00Z' }];
      await write(project, 'users', users);
      await write(project, 'products', products);
      for (const table of TABLES)
        expect(await run(table)).toMatchObject({ computed: 3, skipped: 0, rows: 4, changed: 4 });
      await expectBatchOracle(project, DAYS, { userRows: users, productRows: products });

      const [profile, transactions] = TABLES as [string, string];
      expect(await run(profile)).toMatchObject({ computed: 0, skipped: 3 });
      expect(await run(profile, true)).toMatchObject({ computed: 3, rows: 4, changed: 0 });

      const upgrade = { ...users[0], subscription_tier: 'plus', valid_from: DAYS[1]! };
      await write(project, 'users', [...users, upgrade]);
      expect(await run(profile)).toMatchObject({ computed: 2, skipped: 1, rows: 3, changed: 2 });
      expect(await run(transactions)).toMatchObject({ computed: 0, skipped: 3 });

      await produce(kafka, source, [purchase('c', 'p_1', '2026-02-28T00:00:00Z')]);
      await readEvents(project);
      for (const table of TABLES)
        expect(await run(table)).toMatchObject({ computed: 1, skipped: 2, rows: 3, changed: 1 });
      await expectBatchOracle(project, DAYS, { userRows: [...users, upgrade], productRows: products });

      await withExtra(project, 'double');
      const { key, value } = purchase('d', 'p_1', '2026-02-27T10:00:00Z');
      await produce(kafka, source, [{ key, value: value.replace('}', ',"extra":"not a number"}') }]);
      await readEvents(project);
      expect(await run(profile)).toMatchObject({ computed: 0, skipped: 3 });
      await withExtra(project, null);
      expect(await project.asof.stream(source).deadLetters.replay()).toMatchObject({ replayed: 1 });
      for (const table of TABLES)
        expect(await run(table)).toMatchObject({ computed: 2, skipped: 1, changed: 2 });
      await expectBatchOracle(project, DAYS, { userRows: [...users, upgrade], productRows: products });
      for (const table of TABLES) expect(await run(table)).toMatchObject({ computed: 0, skipped: 3 });
    }),
  );
});

test('the next call takes over a run whose caller and worker are gone', async () => {
  await withBatchProject({}, async (project) => {
    const batch = project.asof.batch(TABLES[1]!);
    const range = { from: DAYS[0]!, to: DAYS[2]! };
    const left = batch.run({ ...range, signal: AbortSignal.timeout(1_000) });
    await expect(left).rejects.toMatchObject({
      name: 'AbortError',
      message: expect.stringMatching(/^workflow batch-run-transaction_features goes on/) as string,
    });
    await delay(100);
    await project.withWorkers(1, async () => {
      const other = batch.run({ ...range, to: DAYS[1]! });
      const same = batch.run(range);
      expect(await same).toMatchObject({ to: DAYS[2], computed: 3 });
      expect(await other).toMatchObject({ to: DAYS[1], skipped: 2 });
    });
  });
});

test("a call that waited for another's run does not fail with it", async () => {
  await withBatchProject({}, async (project) => {
    const batch = project.asof.batch(TABLES[1]!);
    const range = { from: DAYS[0]!, to: DAYS[1]! };
    const bad = batch.run({ ...range, to: '2999-01-01T00:00:00Z' }).catch((error: unknown) => error);
    await project.withTemporal(({ client }) =>
      eventually('the first run', () =>
        client.workflow
          .getHandle(batchRunWorkflowId(TABLES[1]!))
          .describe()
          .catch(() => undefined),
      ),
    );
    const own = batch.run(range);
    await delay(100);
    await project.withWorkers(1, async () => {
      expect(await bad).toMatchObject({ code: 'ASOF_BATCH_FAILED' });
      expect(await own).toMatchObject({ ...range, computed: 2 });
    });
  });
});

function purchase(user_id: string, product_id: string, event_ts: string) {
  return {
    key: user_id,
    value: JSON.stringify({ user_id, product_id, event_type: 'purchase', revenue: 19.99, event_ts }),
  };
}
