import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OnlineStatus, RefreshOnlineTableInput } from '../../../schemas/refresh-online-table.ts';
import type { TrainModelInput, TrainModelResult } from '../../../schemas/train-model.ts';
import { asof } from '../../support/asof.ts';
import { withChurnProject, type ChurnProject } from '../../support/churn-project.ts';
import { withFolder } from '../../support/training-set.ts';
import { BATCH_TABLES, openShop, writeSpine } from './shop.ts';

// The other workflow types are started so in the tests of their own folders: stream, batch and training-set.
test('the Temporal CLI trains a model and refreshes online tables; their pages say what came of it', async () => {
  await withChurnProject(async (project) => {
    await openShop(project);
    await withFolder(async (folder) => {
      const { model } = project;
      const input = { model, spine: await writeSpine(folder), out: join(folder, 'churn.parquet') };
      const { result, page } = await start<TrainModelResult>(project, 'trainModel', input);
      expect(result).toMatchObject({ model, version: 1, rows: { train: 72, val: 24, test: 24 } });
      const { runUrl, versionUrl, trainingSet } = result;
      for (const text of [`(${runUrl})`, `(${versionUrl})`, trainingSet.sha256, '120 rows', 'test_auc: 1'])
        expect(page).toContain(text);
      const { rows } = await project.pool.query<object>(
        'SELECT version, run_id FROM asof.models WHERE name = $1',
        [model],
      );
      expect(rows).toEqual([{ version: 1, run_id: result.runId }]);
    });

    for (const table of BATCH_TABLES) {
      const { result, page } = await start<OnlineStatus>(project, 'refreshOnlineTable', { table });
      expect(result).toMatchObject({ table, state: 'done', keys: 121, rows: 121 });
      expect(page).toMatch(/121 rows/);
    }
    const activity = {
      table: 'user_activity_features',
      mode: 'snapshot' as const,
      asOf: '2026-03-01T12:00:00Z',
    };
    const { result } = await start<OnlineStatus>(project, 'refreshOnlineTable', activity);
    expect(result.last).toMatchObject({
      published: true,
      publishedAt: '2026-03-01T12:00:00.000000Z',
      keys: 121,
    });
  });
});

/** Starts a workflow with the Temporal CLI and JSON; gives its result, and what the Web UI shows of it at the end. */
async function start<Result>(
  project: ChurnProject,
  type: string,
  input: TrainModelInput | RefreshOnlineTableInput,
): Promise<{ result: Result; page: string }> {
  const { source, settings, environment } = project;
  const workflowId = [type, 'table' in input ? input.table : input.model, source].join('-');
  const args = ['workflow', 'start', '--type', type, '--workflow-id', workflowId];
  const { code, stderr } = await asof(
    [
      ...['temporal', ...args, '--task-queue', settings.temporal.taskQueue],
      ...['--input', JSON.stringify(input)],
    ],
    environment,
  );
  expect(code, stderr).toBe(0);
  return project.withTemporal(async ({ client }) => {
    const handle = client.workflow.getHandle(workflowId);
    const result = (await handle.result()) as Result;
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    return { result, page: currentDetails };
  });
}
