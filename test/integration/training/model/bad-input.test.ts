import { copyFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createHostActivities } from '../../../../activities/training/host-activities.ts';
import { checkedRows } from '../../../../activities/training/training-folder.ts';
import { keptSet, keptSets, makeKept } from '../../../../adapters/files/kept-files.ts';
import { sha256OfFile } from '../../../../adapters/files/sha256-of-file.ts';
import { dataRoots } from '../../../../config/data-roots.ts';
import { recordFile } from '../../../../db/training/training-set-files.ts';
import { startTrainingWorker } from '../../../../workers/training-worker.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { rootFailure } from '../../../support/expectations/root-failure.ts';
import { python } from './support/python.ts';
import { withTrainingProject } from './support/training-project.ts';

test('an impossible training fails at once, and the error says what is wrong, where, and what to do', async () => {
  await withTrainingProject({}, async (project) => {
    const { trainingSet, path } = project;
    const { name } = project.model;
    await python('synthetic_training_set.py', [path, '100']);
    const cases: [input: unknown, type: string, message: RegExp][] = [
      [{ model: name, tree: 3, trainingSetId: 'x' }, 'ASOF_INPUT_INVALID', /Unrecognized key: "tree"/],
      [{ model: name }, 'ASOF_INPUT_INVALID', /either trainingSetId, or spine .* at trainingSetId/s],
      [
        { model: 'nobody', trainingSetId: 'x' },
        'ASOF_DEFINITION_UNKNOWN',
        /no model 'nobody'; known: 'churn_.*asof apply/,
      ],
      [
        { model: name, trainingSetId: 'x' },
        'ASOF_TRAINING_SET_UNKNOWN',
        /no training set 'x'; .*buildTrainingSet/,
      ],
      [
        { model: name, trainingSetId: trainingSet.id },
        'ASOF_TRAINING_SET_FILE_CHANGED',
        /churn\.parquet' is not that of training set .* other rows\. Build 'churn' again from its spine '\/labels\.csv'/,
      ],
    ];
    await project.withTemporal(async ({ client, taskQueue }) => {
      for (const [index, [input, type, message]] of cases.entries()) {
        const workflowId = `bad-${name}-${index}`;
        const handle = await client.workflow.start('trainModel', { workflowId, taskQueue, args: [input] });
        const failure = await rootFailure(handle.result());
        expect(failure).toMatchObject({ type, nonRetryable: true });
        expect(failure.message).toMatch(message);
      }
    });
  });
});

test('rows that are replaced after they were checked are not trained on', async () => {
  await withTrainingProject({}, async (project) => {
    const { model, trainingSet, path, dependencies, meanwhile } = project;
    meanwhile.afterCheck = async (id) => {
      await python('synthetic_training_set.py', [path, '100']);
      await copyFile(path, checkedRows(dependencies.trainings, id));
    };
    await project.withTemporal(async ({ client, taskQueue }) => {
      const input = { model: model.name, trainingSetId: trainingSet.id };
      const workflowId = `replaced-${model.name}`;
      const handle = await client.workflow.start('trainModel', { workflowId, taskQueue, args: [input] });
      const failure = await rootFailure(handle.result());
      expect(failure).toMatchObject({ type: 'ASOF_TRAINING_SET_FILE_REPLACED', nonRetryable: true });
      expect(failure.message).toMatch(/the checked rows '.*' were replaced after the check/);
    });
  });
});

test('a set that was built is put in its place, even if nothing can be trained on it', async () => {
  await withTrainingProject({}, async (project) => {
    const { model, trainingSet, path, pool, meanwhile } = project;
    const [spine, out] = [join(dirname(path), 'labels.csv'), join(dirname(path), 'out.parquet')];
    await writeFile(spine, 'the build of this project reads no spine');
    const { kept } = dataRoots();
    await makeKept(keptSets(kept));
    await copyFile(path, keptSet(kept, trainingSet.id));
    const sha256 = await sha256OfFile(path);
    await recordFile(pool, sha256, trainingSet.id);
    meanwhile.afterCheck = () => Promise.reject(ApplicationFailure.nonRetryable('no training today'));
    await expect(project.asof.model(model.name).train({ spine, out })).rejects.toMatchObject({
      code: 'ASOF_TRAINING_FAILED',
      message: expect.stringContaining('no training today') as string,
    });
    expect(await sha256OfFile(out)).toBe(sha256);
  });
});

test('the log and the workflow say so if no Python can train', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(line) });
  const settings = { address: 'localhost:1', namespace: 'default', taskQueue: 'nothing', trainings: '/none' };
  const missing = startTrainingWorker({ ...settings, python: '/no/such/python' }, logger);
  const useless = startTrainingWorker({ ...settings, python: process.execPath }, logger);
  await eventually('two complaints', () => Promise.resolve(lines.length >= 2));
  await Promise.all([missing.stop(), useless.stop()]);
  expect(lines.join('')).toMatch(/'\/no\/such\/python' a Python with the training packages\? .*ASOF_PYTHON/);
  expect(lines.join('')).toMatch(/ENOENT/);
  expect(lines.join('')).toMatch(/exit code 1.*Unknown file extension/);
  const count = lines.length;
  await delay(1_500);
  expect(lines).toHaveLength(count);

  await withTrainingProject({}, async ({ dependencies }) => {
    const activities = createHostActivities(dependencies);
    await expect(activities.findTrainingWorker('nobody')).rejects.toMatchObject({
      code: 'ASOF_TRAINING_WORKER_MISSING',
      kind: 'unavailable',
    });
  });
});
