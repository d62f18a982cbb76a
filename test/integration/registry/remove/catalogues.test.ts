import { expect, test } from 'vitest';
import type { RemovalReport, RemovalSubject } from 'asof/client';
import { connectTemporal } from '../../../../client/shared/temporal.ts';
import { loadRegistry } from '../../../../db/registry/registry.ts';
import { Namespace } from '../../../../domain/namespace.ts';
import { streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import { type Catalogues, difference, readCatalogues } from '../../../support/expectations/catalogues.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { bistro, orderLines } from '../../../support/projects/bistro.ts';
import {
  type TestDeployment,
  besideWorker,
  cafe,
  withDeployment,
} from '../../../support/projects/deployment.ts';

const ORDERS = 'bistro-orders';

test('removals take along what was made for each definition, beside its running stream, and nothing else', async () => {
  await withDeployment(async (deployment) => {
    const { asof, pool, settings } = deployment;
    const all = bistro();
    await pool.query('CREATE TABLE IF NOT EXISTS public.bistro_drinks (mine int)');
    await deployment.redis.set(`${deployment.namespace}:online-of-others`, 'theirs');
    await asof.apply(cafe());
    const before = await readCatalogues(deployment);
    await asof.apply([...cafe(), ...Object.values(all)]);

    await besideWorker(settings, async () => {
      await asof.writeTable('bistro_menu', [{ drink: 'tea', valid_from: '2026-01-01T00:00:00Z', price: 2 }]);
      await asof.writeTable('bistro_scores', [{ guest: 'ada', scored_at: '2026-03-01T00:00:00Z', score: 1 }]);
      const stream = await startStream(deployment);
      await asof.stream(ORDERS).send(orderLines(200));
      await counted(deployment, 201);
      await asof.batch('bistro_days').run({ from: '2026-03-02T00:00:00Z', to: '2026-03-02T00:00:00Z' });
      await asof.online('bistro_drinks').refresh();

      await expect(asof.remove({ kind: 'event_source', name: ORDERS })).rejects.toMatchObject({
        code: 'ASOF_REMOVAL_REFUSED',
        details: { workflow: `${deployment.namespace}:stream-bistro-orders` },
      });
      await removing(deployment, { kind: 'table', name: 'bistro_hours' });
      expect(await stream.status()).toBe('RUNNING');
      await asof.stream(ORDERS).send(orderLines(30, '2026-03-02'));
      await counted(deployment, 232);
      expect((await asof.stream(ORDERS).check()).clean).toBe(true);
      const { rows } = await pool.query<{ drinks: number }>(
        'SELECT sum(drinks_1h)::int AS drinks FROM features.bistro_drinks',
      );
      expect(rows[0]!.drinks).toBe(200 + 30);

      await removing(deployment, { kind: 'endpoint', name: 'bistro-endpoint' });
      const { keys } = await removing(deployment, { kind: 'online_table', name: 'bistro_drinks' });
      expect(keys).toBe(2);
      await removing(deployment, { kind: 'model', name: 'bistro_model' });
      await removing(deployment, { kind: 'training_set', name: 'bistro_set' });
      const { schedules } = await removing(deployment, { kind: 'table', name: 'bistro_days' });
      expect(schedules).toEqual([`${deployment.namespace}:batch-bistro_days`]);
      await removing(deployment, { kind: 'table', name: 'bistro_menu' });
      await removing(deployment, { kind: 'table', name: 'bistro_scores' });
      await removing(deployment, { kind: 'table', name: 'bistro_drinks' });
      expect((await asof.stream(ORDERS).check()).clean).toBe(true);
      await stream.drain();
      const { topics } = await removing(deployment, { kind: 'event_source', name: ORDERS }, { topic: true });
      expect(topics).toEqual([`${deployment.namespace}.${ORDERS}`]);
    });

    expectSame(before, await readCatalogues(deployment));
    expect(await asof.apply(cafe())).toEqual({ applied: [] });
    await expect(asof.remove({ kind: 'table', name: 'bistro_drinks' })).rejects.toMatchObject({
      code: 'ASOF_TABLE_UNKNOWN',
    });
    // The versions go on from those that were removed, and no old row comes back.
    await asof.apply([...cafe(), ...Object.values(all)]);
    const registry = await loadRegistry(pool);
    expect(registry.registered(registry.streamTable('bistro_drinks')).version).toBe(2);
    expect((await pool.query('SELECT FROM features.bistro_drinks')).rowCount).toBe(0);
    expect((await pool.query('SELECT FROM events.bistro_orders')).rowCount).toBe(0);
    expect(
      (await pool.query("SELECT FROM asof.stream_cursors WHERE source = 'bistro-orders'")).rowCount,
    ).toBe(0);
  });
});

/** Removes, and holds what is gone against what was announced. */
async function removing(
  deployment: TestDeployment,
  subject: RemovalSubject,
  options: { topic?: boolean } = {},
): Promise<RemovalReport> {
  const { asof } = deployment;
  const plan = await asof.planRemoval(subject, options);
  const before = await readCatalogues(deployment);
  const report = await asof.remove(subject, options);
  const after = await readCatalogues(deployment);
  expect(difference(before.relations, after.relations)).toEqual({
    gone: plan.relations.map(({ name }) => name).sort(),
    come: [],
  });
  expect([...report.relations].sort()).toEqual(plan.relations.map(({ name }) => name).sort());
  expect(difference(before.topics, after.topics)).toEqual({ gone: plan.topics, come: [] });
  expect(difference(before.schedules, after.schedules)).toEqual({ gone: plan.schedules, come: [] });
  for (const { gone } of [before, after].map((one) => difference(one.keys, before.keys)))
    expect(gone).toEqual([]);
  return report;
}

function expectSame(before: Catalogues, after: Catalogues): void {
  for (const part of Object.keys(before) as (keyof Catalogues)[])
    expect({ part, ...difference(before[part], after[part]) }).toEqual({ part, gone: [], come: [] });
}

async function startStream({ settings, namespace }: TestDeployment) {
  const temporal = await connectTemporal(settings.temporal, new Namespace(namespace));
  const handle = await temporal.client.workflow.start('streamFeatures', {
    workflowId: temporal.deployment.temporalId(streamWorkflowId(ORDERS)),
    taskQueue: temporal.taskQueue,
    args: [{ source: ORDERS, from: 'earliest', trigger: '0 seconds' }],
  });
  return {
    status: async () => (await handle.describe()).status.name,
    drain: async () => {
      await handle.signal('drain');
      await handle.result();
      await temporal.close();
    },
  };
}

async function counted({ pool }: TestDeployment, events: number): Promise<void> {
  await eventually(`${events} events`, async () => {
    const { rows } = await pool.query<{ events: number }>(
      'SELECT count(*)::int AS events FROM events.bistro_orders',
    );
    return rows[0]!.events === events;
  });
}
