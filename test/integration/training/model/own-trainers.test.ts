import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createHostActivities } from '../../../../activities/training/host-activities.ts';
import { downloadModel } from '../../../../adapters/mlflow/download-model.ts';
import { register } from '../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../db/sql/client.ts';
import { findModelFiles } from '../../../../db/training/models.ts';
import type { ModelDefinition } from '../../../../domain/registry/definition.ts';
import { model } from '../../../../schemas/definitions/models/model.ts';
import type { TrainedModel, TrainingTask } from '../../../../schemas/workflows/train-model.ts';
import { type TrainingProject, withTrainingProject } from './support/training-project.ts';
import { churnTrainingSet } from './support/training-set.ts';

const FOREST = `
from sklearn.ensemble import RandomForestClassifier

def make_estimator(inputs, parameters, seed):
    return RandomForestClassifier(n_estimators=parameters["trees"], random_state=seed)
`;

test('a model is trained by the estimator of a Python file, or by an activity of a user’s own', async () => {
  await withTrainingProject({}, async (project) => {
    const { dependencies, pool, trainingSet } = project;
    const about = { trainingSet: { definition: churnTrainingSet }, recency: 'days_since_last_purchase' };
    const train = async ({ definition }: { readonly definition: ModelDefinition }) => {
      await inTransaction(pool, (client) => register(client, definition));
      return project.asof.model(definition.name).train({ trainingSetId: trainingSet.id });
    };
    const download = (name: string) =>
      downloadModel(dependencies.mlflow, name, 1, (version) => findModelFiles(pool, name, version));

    const forest = `${project.model.name}_forest`;
    const grown = await train(
      model({ ...about, name: forest, estimator: { python: FOREST }, parameters: { trees: 25 } }),
    );
    expect(grown.metrics.test_auc).toBeGreaterThan(0.8);
    expect(grown.metrics.onnx_max_difference).toBeLessThan(1e-5);
    expect((await download(forest)).featureSpec.output).toBeUndefined();
    expect(await findModelFiles(pool, forest, 1)).toHaveProperty('estimator.py');

    const taskQueue = `${dependencies.taskQueue}-own`;
    const host = createHostActivities(dependencies);
    await expect(host.findTrainer(taskQueue)).rejects.toMatchObject({ code: 'ASOF_TRAINER_MISSING' });
    await besideOwnWorker(project, taskQueue, async () => {
      const estimator = { activity: 'train_constant', taskQueue };
      const name = `${project.model.name}_own`;
      const parameters = { answer: 0.5 };
      const made = await train(model({ ...about, name, task: 'regression', estimator, parameters }));
      expect(made).toMatchObject({
        version: 1,
        metrics: { val_loss: 0.5 },
        warnings: ['it always says 0.5'],
      });
      expect((await download(name)).featureSpec.output).toEqual({ task: 'regression' });

      const wrong = { activity: 'train_nothing', taskQueue };
      await expect(train(model({ ...about, name: `${name}_2`, estimator: wrong }))).rejects.toThrow(
        /what the activity that trained answered is not valid:\n.*files/s,
      );
    });
  });
});

/** Runs a worker as a user may write it, with an activity that learns nothing. */
async function besideOwnWorker(
  { settings }: TrainingProject,
  taskQueue: string,
  work: () => Promise<void>,
): Promise<void> {
  const { address, namespace } = settings.temporal;
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: { train_constant: trainConstant, train_nothing: () => Promise.resolve({ attempt: 1 }) },
  });
  try {
    await worker.runUntil(work());
  } finally {
    await connection.close();
  }
}

async function trainConstant(task: TrainingTask): Promise<TrainedModel> {
  const rows = await readFile(join(task.folder!, 'rows.parquet'));
  if (sha256(rows) !== task.rowsSha256) throw new Error('these are other rows');
  const place = join(task.folder!, 'attempt-1');
  await mkdir(place);
  const answer = Number(task.parameters.answer);
  const contents = {
    'model.onnx': 'not a model, but nobody serves it here',
    'feature_spec.json': JSON.stringify({ ...task.specification, output: { task: task.task } }),
  };
  const files = Object.entries(contents).map(async ([path, content]) => {
    await writeFile(join(place, path), content);
    return { path, bytes: Buffer.byteLength(content), sha256: sha256(content) };
  });
  return {
    attempt: 1,
    files: await Promise.all(files),
    rows: { train: 1_200, val: 400, test: 400 },
    metrics: { val_loss: answer },
    warnings: [`it always says ${answer}`],
  };
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
