import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { failureInterceptor } from '../../../../../activities/shared/failure-interceptor.ts';
import {
  type ModelDependencies,
  createModelActivities,
} from '../../../../../activities/training/model-activities.ts';
import { createMlflow } from '../../../../../adapters/mlflow/client.ts';
import { trainingPython } from '../../../../../config/training.ts';
import { register } from '../../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../../db/sql/client.ts';
import type { ModelDefinition } from '../../../../../domain/registry/definition.ts';
import { model } from '../../../../../schemas/definitions/model.ts';
import type { TrainingSetReceipt } from '../../../../../schemas/workflows/build-training-set.ts';
import { stackEnvironment } from '../../../../../stack/index.ts';
import { taskQueuePollers } from '../../../../../workers/task-queue-pollers.ts';
import { startTrainingWorker } from '../../../../../workers/training-worker.ts';
import { type Project, withProject } from '../../../../support/projects/project.ts';
import { churnTrainingSet, registerTrainingSet } from './training-set.ts';

/** A project with a model and a training set of 2,000 rows, a worker that trains, and its Python. */
export interface TrainingProject extends Project {
  readonly model: ModelDefinition;
  readonly trainingSet: { readonly id: string; readonly rows: number; readonly sha256: string };
  readonly path: string;
  readonly dependencies: ModelDependencies;
}

const folder = fileURLToPath(new URL('.', import.meta.url));

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** Runs a Python script of this folder with the stack's Python; resolves to its standard output. */
export async function python(script: string, args: readonly string[], env = process.env): Promise<string> {
  const options = { env, maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(trainingPython(), [join(folder, script), ...args], options)).stdout;
}

/** Runs a test on a project with a registered training set, a model with `parameters`, and workers. */
export async function withTrainingProject(
  parameters: Partial<ModelDefinition['parameters']>,
  test: (project: TrainingProject) => Promise<void>,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'asof-test-training-'));
  const path = join(scratch, 'churn.parquet');
  await python('synthetic_training_set.py', [path, '2000']);
  await withProject({}, async (project) => {
    const trainingSet = await registerTrainingSet(project.pool, `ts-${project.source}`, path, scratch);
    const { definition } = model({
      name: `churn_${project.source.slice(-8)}`,
      trainingSet: { definition: churnTrainingSet },
      run: 'churn-gbm-v1',
      parameters,
      nulls: { days_since_last_purchase: 9_999 },
      recency: 'days_since_last_purchase',
    });
    await inTransaction(project.pool, async (client) => {
      await register(client, churnTrainingSet);
      await register(client, definition);
    });
    const built: TrainingSetReceipt = {
      ...trainingSet,
      path,
      trainingSet: 'churn',
      lookups: [],
      knowledge: { sequence: '7', knownAt: null },
    };
    await besideWorkers(project, built, (dependencies) =>
      test({ ...project, model: definition, trainingSet, path, dependencies }),
    );
  });
  await rm(scratch, { recursive: true });
}

async function besideWorkers(
  { pool, settings: { temporal } }: Project,
  built: TrainingSetReceipt,
  work: (dependencies: ModelDependencies) => Promise<void>,
): Promise<void> {
  const { address, namespace, taskQueue } = temporal;
  const connection = await NativeConnection.connect({ address });
  const dependencies: ModelDependencies = {
    pool,
    mlflow: createMlflow(stackEnvironment().MLFLOW_TRACKING_URI!),
    pollers: (queue) => taskQueuePollers(connection, namespace, queue),
  };
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('../../../../../workflows/index.ts', import.meta.url)),
    // Builds of training sets have tests of their own; here a build returns the set that exists.
    activities: { ...createModelActivities(dependencies), writeTrainingSet: () => Promise.resolve(built) },
    interceptors: { activity: [() => ({ inbound: failureInterceptor() })] },
  });
  const training = startTrainingWorker(
    { python: trainingPython(), address, namespace, taskQueue },
    pino({ level: 'silent' }),
  );
  try {
    await worker.runUntil(work(dependencies));
  } finally {
    await training.stop();
    await connection.close();
  }
}
