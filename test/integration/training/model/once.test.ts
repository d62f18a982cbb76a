import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { AxiosError } from 'axios';
import { expect, test } from 'vitest';
import type { MlflowClient } from '../../../../adapters/mlflow/client.ts';
import { hostName } from '../../../../config/host.ts';
import { trainingTaskQueue } from '../../../../domain/workflow-ids.ts';
import type { TrainModelResult } from '../../../../schemas/workflows/train-model.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { madeIn } from '../../../support/expectations/made-in-mlflow.ts';
import { withTrainingProject } from './support/training-project.ts';

const CREATIONS = ['runs/create', 'logged-models', 'runs/log-batch', 'model-versions/create'];

test('a training makes one run and one version even if Python is killed and answers of MLflow are lost', async () => {
  await withTrainingProject({ trees: 1_500 }, async (project) => {
    const { model, trainingSet, dependencies } = project;
    const lost = loseFirstAnswers(dependencies.mlflow, CREATIONS);
    await project.withTemporal(async ({ client, taskQueue }) => {
      const handle = await client.workflow.start('trainModel', {
        workflowId: `train-${model.name}`,
        taskQueue,
        args: [{ model: model.name, trainingSetId: trainingSet.id }],
      });
      await eventually('trees', () => isTraining(handle));
      const pids = execFileSync('pgrep', ['-f', trainingTaskQueue(taskQueue, hostName())], {
        encoding: 'utf8',
      });
      for (const pid of pids.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');

      const result = (await handle.result()) as TrainModelResult;
      expect(lost()).toEqual(CREATIONS);
      const made = await madeIn(dependencies.mlflow, model.name);
      expect(made).toEqual({ runs: [result.runId], models: 1, versions: [String(result.version)] });
      expect(existsSync(join(dependencies.trainings, handle.firstExecutionRunId))).toBe(false);
    });
  });
});

async function isTraining(handle: WorkflowHandle): Promise<boolean> {
  const { raw } = await handle.describe();
  const [beat] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? [];
  return beat?.data ? Buffer.from(beat.data).toString('utf8').includes('"trees"') : false;
}

/** Loses MLflow's first answer to each of these calls, after MLflow has done the work. */
function loseFirstAnswers({ http }: MlflowClient, paths: readonly string[]): () => string[] {
  const lost: string[] = [];
  http.interceptors.response.use((response) => {
    const path = paths.find((candidate) => response.config.url === `/api/2.0/mlflow/${candidate}`);
    if (path === undefined || lost.includes(path)) return response;
    lost.push(path);
    throw new AxiosError('the answer was lost', 'ECONNRESET', response.config);
  });
  return () => lost;
}
