import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { call } from '../../../../adapters/mlflow/client.ts';
import { downloadModel } from '../../../../adapters/mlflow/download-model.ts';
import { setAlias } from '../../../../adapters/mlflow/registry.ts';
import { findModelFiles } from '../../../../db/training/models.ts';
import { python } from './support/python.ts';
import { withTrainingProject } from './support/training-project.ts';
import { FEATURE_NAMES } from './support/training-set.ts';

const runSchema = z.object({
  run: z.object({
    info: z.object({ run_name: z.string(), status: z.string() }),
    data: z.record(
      z.enum(['params', 'metrics', 'tags']),
      z.array(z.object({ key: z.string(), value: z.union([z.string(), z.number()]) })),
    ),
    inputs: z.object({
      dataset_inputs: z.array(z.object({ dataset: z.object({ name: z.string(), digest: z.string() }) })),
    }),
  }),
});

test('a trained model is logged with its lineage and loads in Python with the same probabilities', async () => {
  await withTrainingProject({}, async (project) => {
    const { model, trainingSet, path, dependencies, environment } = project;
    const seen = new Set<string>();
    const spine = join(dirname(path), 'labels.csv');
    await writeFile(spine, 'the build of this project reads no spine');
    const result = await project.asof.model(model.name).train({
      spine,
      onProgress: (activities) => activities.forEach(({ activity }) => seen.add(activity)),
    });
    expect(seen).toContain('train_classifier');
    expect(result).toMatchObject({ model: model.name, version: 1, trainingSet });
    expect(result.rows.train + result.rows.val + result.rows.test).toBe(trainingSet.rows);
    expect(result.metrics.test_auc).toBeGreaterThan(result.metrics.test_auc_recency_alone!);
    expect(result.metrics.test_log_loss).toBeLessThan(result.metrics.test_base_rate_log_loss!);
    expect(result.warnings).toEqual([]);
    expect(result.metrics.onnx_max_difference).toBeLessThan(1e-5);

    const { run } = await call(
      dependencies.mlflow,
      { method: 'get', path: 'runs/get', input: { run_id: result.runId } },
      runSchema,
    );
    expect(run.info).toEqual({ run_name: 'churn-gbm-v1', status: 'FINISHED' });
    const tags = Object.fromEntries(run.data.tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      'asof.training_set': trainingSet.id,
      'asof.training_set_sha256': trainingSet.sha256,
      'asof.tables': 'user_activity_features@1, user_profile_features@1, transaction_features@1',
      'asof.definition': 'churn@1',
      'asof.sources': 'users@1, user-events@1',
      'asof.cut': '7',
    });
    expect(run.data.params).toContainEqual({ key: 'trees', value: '300' });
    expect(run.data.metrics).toContainEqual({ key: 'test_auc', value: result.metrics.test_auc });
    expect(run.inputs.dataset_inputs).toMatchObject([
      { dataset: { name: 'churn', digest: trainingSet.sha256.slice(0, 36) } },
    ]);

    const args = [`${model.name}/1`, path, FEATURE_NAMES.join(',')];
    const loaded = JSON.parse(await python('load_model.py', args, environment)) as Loaded;
    expect(loaded.run).toBe(result.runId);
    expect(loaded.example).toBe(5);
    expect(loaded.inputs.map(([name]) => name)).toEqual(FEATURE_NAMES);
    expect(loaded.outputs).toEqual(['probability_0', 'probability_1']);
    expect(loaded.whole).toContain('int64');
    expect(loaded.inputs.filter(([, type]) => type === 'DataType.string').map(([name]) => name)).toEqual([
      'last_platform',
      'preferred_category',
      'subscription_tier',
    ]);
    const { sklearn, onnx, pyfunc } = loaded.probabilities;
    expect(sklearn).toHaveLength(201);
    expect(pyfunc).toEqual(sklearn);
    expect(Math.max(...sklearn.map((value, row) => Math.abs(value - onnx[row]!)))).toBeLessThan(1e-5);

    const download = (version: number | string) =>
      downloadModel(dependencies.mlflow, model.name, version, (found) =>
        findModelFiles(project.pool, model.name, found),
      );
    const { version, onnx: bytes, featureSpec } = await download(1);
    expect(version).toBe(1);
    expect(bytes.length).toBeGreaterThan(100_000);
    expect(featureSpec.inputs.map(({ name }) => name)).toEqual(FEATURE_NAMES);
    const files = (await findModelFiles(project.pool, model.name, 1))!;
    expect(files['model.onnx']).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['MLmodel', 'feature_spec.json']));
    await expect(download('champion')).rejects.toMatchObject({
      code: 'ASOF_MODEL_UNKNOWN',
    });
    await setAlias(dependencies.mlflow, model.name, 'champion', 1);
    expect((await download('champion')).version).toBe(1);
  });
});

interface Loaded {
  readonly probabilities: Record<'sklearn' | 'onnx' | 'pyfunc', number[]>;
  readonly inputs: [name: string, type: string][];
  readonly outputs: readonly string[];
  /** The types that pandas gives the columns of rows without nulls. */
  readonly whole: readonly string[];
  readonly run: string;
  readonly example: number;
}
