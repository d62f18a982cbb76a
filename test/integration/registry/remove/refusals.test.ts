import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { endpoint, lookup, model, trainingSet } from 'asof';
import type { Asof, RemovalSubject } from 'asof/client';
import { type MlflowClient, call, createMlflow } from '../../../../adapters/mlflow/client.ts';
import { ensureRegisteredModel, setAlias } from '../../../../adapters/mlflow/registry.ts';
import type { Pool } from '../../../../db/sql/client.ts';
import { Namespace } from '../../../../domain/namespace.ts';
import { bistro } from '../../../support/projects/bistro.ts';
import { type TestDeployment, besideWorker, withDeployment } from '../../../support/projects/deployment.ts';
import { csv, withFolder } from '../../../support/projects/training-set.ts';

const { scores } = bistro();
const set = trainingSet({
  name: 'guests',
  spine: { keys: ['guest'], timestamp: 'seen_at', label: 'label' },
  lookups: [lookup(scores, { features: ['score'] })],
});
const likes = model({ name: 'likes', trainingSet: set });
const serves = endpoint({ name: 'serves', model: likes });

const TABLE = { kind: 'table', name: 'bistro_scores' } as const;
const MODEL = { kind: 'model', name: 'likes' } as const;
const SET = { kind: 'training_set', name: 'guests' } as const;

test('what a definition in use, a version in use or a training set needs is refused, naming it, until that is gone or given up', async () => {
  await withDeployment((deployment) =>
    besideWorker(deployment.settings, () =>
      withFolder(async (folder) => {
        const { asof, pool } = deployment;
        await asof.apply([scores, set, likes, serves]);
        await asof.writeTable('bistro_scores', [
          { guest: 'ada', scored_at: '2026-03-01T00:00:00Z', score: 1 },
        ]);
        const first = await built(asof, folder, 'first');
        const second = await built(asof, folder, 'second');
        await pool.query(`
          INSERT INTO asof.models (name, version, run_id, training_set_id) VALUES ('likes', 1, 'run_1', '${first}')`);

        await expectRefused(deployment, TABLE, {
          definitions: [SET],
          models: ['likes/1'],
          trainingSets: [first, second].sort(),
        });
        await expectRefused(deployment, SET, { definitions: [MODEL] });
        await expectRefused(deployment, MODEL, {
          definitions: [{ kind: 'endpoint', name: 'serves' }],
          models: ['likes/1'],
        });
        await expect(asof.removeTrainingSet(first)).rejects.toMatchObject({
          code: 'ASOF_REMOVAL_REFUSED',
          details: { models: ['likes/1'] },
        });
        await asof.remove({ kind: 'endpoint', name: 'serves' });
        await withAlias(deployment, async () => {
          await expectRefused(deployment, MODEL, { models: ['likes/1'] });
          await expectRefused(deployment, TABLE, {
            definitions: [SET],
            models: ['likes/1'],
            trainingSets: [first, second].sort(),
          });
        });
        const { modelVersions, stays } = await asof.remove(MODEL);
        expect(modelVersions).toEqual(['likes/1']);
        expect(stays[0]!.what).toMatch(/MLflow model .*likes/);
        await asof.remove(SET);
        expect((await asof.verifyTrainingSet(first)).same).toBe(true);
        expect((await asof.lineage.of({ trainingSet: first })).nodes.length).toBeGreaterThan(2);

        const { files } = await asof.removeTrainingSet(second);
        expect(files.map((path) => path.includes(second) || path.endsWith('.csv'))).toEqual([true, true]);
        for (const path of files) await expect(access(path)).rejects.toThrow('ENOENT');
        await access(join(folder, 'second.parquet')); // the program's own copy
        expect(await tablesThatName(pool, second)).toEqual([]);
        await pool.query('CREATE VIEW public.board AS SELECT * FROM features.bistro_scores');
        await expectRefused(deployment, TABLE, { trainingSets: [first], relations: ['public.board'] });
        await pool.query('DROP VIEW public.board');
        const options = { giveUp: [first] };
        expect((await asof.planRemoval(TABLE, options)).trainingSets).toEqual([first]);
        await expect(asof.remove(TABLE, { ...options, confirm: () => false })).rejects.toMatchObject({
          code: 'ASOF_NOT_CONFIRMED',
        });
        expect((await asof.trainingSets.list()).map(({ id }) => id)).toEqual([first]);
        await asof.remove(TABLE, options);
        expect(await asof.trainingSets.list()).toEqual([]);
        await expect(asof.verifyTrainingSet(first)).rejects.toThrow(/there is no training set/);
      }),
    ),
  );
});

/** The tables of the registry with a row of a training set. */
async function tablesThatName(pool: Pool, id: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'asof' AND column_name = 'training_set_id' ORDER BY 1`);
  expect(rows.length).toBeGreaterThan(5);
  const found = await Promise.all(
    rows.map(({ name }) => pool.query(`SELECT FROM asof.${name} WHERE training_set_id = $1`, [id])),
  );
  return rows.flatMap(({ name }, at) => (found[at]!.rowCount === 0 ? [] : [name]));
}

async function expectRefused(
  { asof }: TestDeployment,
  subject: RemovalSubject,
  details: Readonly<Record<string, readonly unknown[]>>,
): Promise<void> {
  const none = { definitions: [], models: [], trainingSets: [], relations: [] };
  const refusal = { code: 'ASOF_REMOVAL_REFUSED', details: { ...none, ...details } };
  await expect(asof.planRemoval(subject)).rejects.toMatchObject(refusal);
  await expect(asof.remove(subject)).rejects.toMatchObject(refusal);
}

/** Builds a set of its own file. */
async function built(asof: Asof, folder: string, name: string): Promise<string> {
  const spine = join(folder, `${name}.csv`);
  const rows = name === 'first' ? ['2026-03-02'] : ['2026-03-02', '2026-03-03'];
  await writeFile(
    spine,
    csv([['guest', 'seen_at', 'label'], ...rows.map((day) => ['ada', `${day}T00:00:00Z`, '1'])]),
  );
  return (await asof.trainingSet('guests').build({ spine, out: join(folder, `${name}.parquet`) })).id;
}

/** Gives version 1 of the model an alias in MLflow meanwhile. */
async function withAlias({ settings, namespace }: TestDeployment, work: () => Promise<void>): Promise<void> {
  const mlflow = createMlflow(settings.mlflow, { namespace: new Namespace(namespace) });
  const name = mlflow.namespace.mlflowName('likes');
  await ensureRegisteredModel(mlflow, 'likes');
  await post(mlflow, 'model-versions/create', { name, source: 's3://nowhere/likes' });
  await setAlias(mlflow, 'likes', 'champion', 1);
  try {
    await work();
  } finally {
    await call(mlflow, { method: 'delete', path: 'registered-models/delete', input: { name } }, z.object({}));
  }
}

async function post(mlflow: MlflowClient, path: string, input: Record<string, unknown>): Promise<void> {
  await call(mlflow, { method: 'post', path, input }, z.object({}));
}
