import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import { recordModel } from '../../../../db/training/models.ts';
import { churn } from '../../../../examples/churn/definitions/churn-training-set.ts';
import { withProject } from '../../../support/projects/project.ts';
import { python } from './support/training-project.ts';
import { registerTrainingSet } from './support/training-set.ts';

test('lineage leads from a model version to its sources, and from tables and sources to model versions', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-test-lineage-'));
  const path = join(scratch, 'churn.parquet');
  await python('synthetic_training_set.py', [path, '50']);
  await withProject({}, async ({ asof: { lineage }, pool }) => {
    const { id, sha256 } = await registerTrainingSet(pool, 'ts_1', path, scratch);
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

    await expect(lineage.model('user_churn_model/3')).rejects.toThrow(
      /no model version 'user_churn_model\/3'; known: user_churn_model\/1, user_churn_model\/2\. Train one/,
    );
    await expect(lineage.model('user_churn_model')).rejects.toMatchObject({
      code: 'ASOF_MODEL_VERSION_INVALID',
    });
  });
  await rm(scratch, { recursive: true });
});
