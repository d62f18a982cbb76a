import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { failureInterceptor } from '../../../../../activities/shared/failure-interceptor.ts';
import { heartbeatInterceptor } from '../../../../../activities/shared/heartbeat-interceptor.ts';
import { createHostActivities } from '../../../../../activities/training/host-activities.ts';
import { createModelActivities } from '../../../../../activities/training/model-activities.ts';
import type { ModelDependencies } from '../../../../../activities/training/model-dependencies.ts';
import { createTrainingSetActivities } from '../../../../../activities/training/training-set-activities.ts';
import { createMlflow } from '../../../../../adapters/mlflow/client.ts';
import { dataRoots } from '../../../../../config/data-roots.ts';
import { hostName } from '../../../../../config/host.ts';
import { trainingPython } from '../../../../../config/training.ts';
import { register } from '../../../../../db/registry/registry.ts';
import { inTransaction } from '../../../../../db/sql/client.ts';
import type { ModelDefinition } from '../../../../../domain/registry/definition.ts';
import { Redaction } from '../../../../../domain/secrets/redaction.ts';
import { hostTaskQueue, trainingTaskQueue } from '../../../../../domain/workflow-ids.ts';
import { model } from '../../../../../schemas/definitions/models/model.ts';
import type { TrainingSetReceipt } from '../../../../../schemas/workflows/build-training-set.ts';
import { stackEnvironment } from '../../../../../stack/index.ts';
import { taskQueuePollers } from '../../../../../workers/task-queue-pollers.ts';
import { startTrainingWorker } from '../../../../../workers/training-worker.ts';
import { workflowCode } from '../../../../../workers/workflow-code.ts';
import { type Project, withProject } from '../../../../support/projects/project.ts';
import { python } from './python.ts';
import { churnTrainingSet, registerTrainingSet } from './training-set.ts';

/** A project with a model and a training set of 2,000 rows, a worker that trains, and its Python. */
export interface TrainingProject extends Project {
  readonly model: ModelDefinition;
  readonly trainingSet: { readonly id: string; readonly rows: number; readonly sha256: string };
  readonly path: string;
  readonly dependencies: ModelDependencies;
  /** What happens between the check of the rows and the training. */
  readonly meanwhile: { afterCheck?: (id: string) => Promise<void> };
}

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** Runs a test on a project with a registered training set, a model with `parameters`, and workers. */
export async function withTrainingProject(
  parameters: ModelDefinition['parameters'],
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
      host: hostName(),
      lookups: [],
      notes: [],
      knowledge: { sequence: '7', knownAt: null },
    };
    const meanwhile: TrainingProject['meanwhile'] = {};
    await besideWorkers({ project, built, meanwhile }, (dependencies) =>
      test({ ...project, model: definition, trainingSet, path, dependencies, meanwhile }),
    );
  });
  await rm(scratch, { recursive: true });
}

async function besideWorkers(
  {
    project: { pool, settings },
    built,
    meanwhile,
  }: Pick<TrainingProject, 'meanwhile'> & { project: Project; built: TrainingSetReceipt },
  work: (dependencies: ModelDependencies) => Promise<void>,
): Promise<void> {
  const { address, namespace, taskQueue } = settings.temporal;
  const connection = await NativeConnection.connect({ address });
  const host = hostName();
  const dependencies: ModelDependencies = {
    pool,
    host,
    taskQueue,
    mlflow: createMlflow({ uri: stackEnvironment().MLFLOW_TRACKING_URI! }),
    trainings: await mkdtemp(join(tmpdir(), 'asof-test-trainings-')),
    pollers: (queue) => taskQueuePollers(connection, namespace, queue),
  };
  const model = createModelActivities(dependencies);
  const options = {
    connection,
    namespace,
    // Builds of training sets have tests of their own; here a build returns the set that exists.
    activities: {
      ...model,
      prepareTraining: async (...input: Parameters<typeof model.prepareTraining>) => {
        const prepared = await model.prepareTraining(...input);
        await meanwhile.afterCheck?.(prepared.task.id);
        return prepared;
      },
      ...createHostActivities(dependencies),
      ...createTrainingSetActivities({ ...dependencies, roots: dataRoots() }),
      writeTrainingSet: () => Promise.resolve(built),
    },
    interceptors: {
      activity: [
        (context: Context) => ({ inbound: heartbeatInterceptor(context, new Redaction()) }),
        () => ({ inbound: failureInterceptor(new Redaction()) }),
      ],
    },
  };
  const worker = await Worker.create({
    ...options,
    taskQueue,
    workflowBundle: await workflowCode(),
  });
  const onFiles = await Worker.create({ ...options, taskQueue: hostTaskQueue(taskQueue, host) });
  const training = startTrainingWorker(
    {
      python: trainingPython(),
      address,
      namespace,
      taskQueue: trainingTaskQueue(taskQueue, host),
      trainings: dependencies.trainings,
    },
    pino({ level: 'silent' }),
  );
  try {
    await worker.runUntil(onFiles.runUntil(work(dependencies)));
  } finally {
    await training.stop();
    await connection.close();
    await rm(dependencies.trainings, { recursive: true });
  }
}
