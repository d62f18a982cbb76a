import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Asof } from '../../../../client/index.ts';
import { register } from '../../../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import { recordModel } from '../../../../db/training/models.ts';
import { churn } from '../../../../examples/churn/definitions/churn-training-set.ts';
import { withProject } from '../../../support/projects/project.ts';
import { python } from './support/python.ts';
import { registerTrainingSet } from './support/training-set.ts';

test('lineage leads from a model version to its sources, and from tables and sources to model versions', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-test-lineage-'));
  const path = join(scratch, 'churn.parquet');
  await python('synthetic_training_set.py', [path, '50']);
  await withProject({}, async ({ asof, pool, source }) => {
    const { lineage } = asof;
    const { id, sha256 } = await registerTrainingSet(pool, 'ts_1', path, scratch);
    await inTransaction(pool, (client) => register(client, churn.definition));
    const first = { name: 'user_churn_model', version: 1, runId: 'run-1', trainingSetId: id };
    await recordModel(pool, first, {});
    await recordModel(pool, first, {});
    await recordModel(pool, { ...first, version: 2, runId: 'run-2' }, {});

    const said = { description: 'Who left.', owner: 'growth', tags: ['pii'] };
    await inTransaction(pool, (client) => register(client, { ...churn.definition, ...said }));

    const origin = await lineage.model('user_churn_model/1');
    expect(origin).toMatchObject({
      model: 'user_churn_model',
      version: 1,
      run: 'run-1',
      trainingSet: { id, name: 'churn', definitionVersion: 1, rows: 50, sha256, cut: '7', ...said },
    });
    expect(origin.tables.map(({ name, version }) => `${name}@${version}`)).toEqual([
      'user_activity_features@1',
      'user_profile_features@1',
      'transaction_features@1',
    ]);
    expect(origin.sources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'reference_table users',
      'event_source user-events',
    ]);

    const versions = async (what: 'table' | 'source', name: string) =>
      (await lineage.usedBy(what === 'table' ? { table: name } : { source: name })).models.map(
        (model) => `${model.name}/${model.version}`,
      );
    expect(await versions('table', 'transaction_features')).toEqual([
      'user_churn_model/1',
      'user_churn_model/2',
    ]);
    expect(await versions('source', 'user-events')).toHaveLength(2);
    expect(await versions('source', 'users')).toHaveLength(2);
    expect(await versions('table', 'users')).toEqual([]);

    await expectBothWays(asof, pool, source);

    await expect(lineage.model('user_churn_model/3')).rejects.toThrow(
      /no model version 'user_churn_model\/3'; known: user_churn_model\/1, user_churn_model\/2\. Train one/,
    );
    await expect(lineage.model('user_churn_model')).rejects.toMatchObject({
      code: 'ASOF_MODEL_VERSION_INVALID',
    });
  });
  await rm(scratch, { recursive: true });
});

/** Expects the lineage of a field to lead to both models, and that of a model to the field and to offsets. */
async function expectBothWays({ lineage }: Asof, pool: Pool, source: string): Promise<void> {
  await pool.query(`INSERT INTO asof.writes (write_id, sequence, known_at, kind, subject)
    VALUES (900, 7, now(), 'stream', 'shop'), (901, 8, now(), 'stream', 'shop')`);
  await pool.query(`INSERT INTO asof.offset_ledger (source, kafka_partition, from_offset, to_offset, raw, dead_letters, skipped, lost, late, write_id)
    VALUES ('user-events', 0, 5, 9, 4, 0, 0, 0, 0, 900), ('user-events', 0, 9, 12, 3, 0, 0, 0, 0, 901)`);
  const read = [{ source: 'user-events', partitions: [{ partition: 0, from: '5', to: '9' }] }];
  expect((await lineage.model('user_churn_model/1')).offsets).toEqual(read);

  const field = await lineage.of({ field: `${source}.revenue` });
  expect(field.uses).toEqual(
    expect.arrayContaining([
      'feature:user_activity_features@1.revenue_1h',
      'feature:user_activity_features@1.avg_revenue_per_purchase_1h',
      'training_set:ts_1',
      'model_version:user_churn_model/1',
      'model_version:user_churn_model/2',
    ]),
  );
  expect(field.uses).not.toContain('feature:user_activity_features@1.event_count_1h');
  expect(field.origins).toEqual([`event_source:${source}`]);

  const model = await lineage.of({ model: 'user_churn_model/1' });
  expect(model.origins).toContain(`event_field:${source}.revenue`);
  expect(model.offsets).toEqual([{ trainingSet: 'ts_1', cut: '7', sources: read }]);
  expect(lineage.draw(model, 'svg')).toContain('sum(revenue) where event_type');
  expect(lineage.draw(model, 'mermaid')).toContain('flowchart LR');

  const events = await lineage.openLineage({ model: 'user_churn_model/1' });
  expect(events.map(({ eventType, job }) => `${eventType} ${job.name}`)).toEqual([
    'START computeFeatures.user_activity_features',
    'COMPLETE computeFeatures.user_activity_features',
    'START buildTrainingSet.churn',
    'COMPLETE buildTrainingSet.churn',
    'START trainModel.user_churn_model',
    'COMPLETE trainModel.user_churn_model',
  ]);
  expect(events[1]!.inputs[0]).toMatchObject({
    name: source,
    namespace: expect.stringMatching(/^kafka:/) as string,
  });

  await expect(lineage.of({ field: `${source}.revenu` })).rejects.toThrow(/did you mean '.*\.revenue'\?/);
  await expect(lineage.of({ endpoint: 'churn' })).rejects.toMatchObject({ code: 'ASOF_LINEAGE_UNKNOWN' });
}
