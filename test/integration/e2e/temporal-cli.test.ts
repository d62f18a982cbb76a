import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OnlineStatus } from '../../../schemas/workflows/refresh-online-table.ts';
import type { TrainModelResult } from '../../../schemas/workflows/train-model.ts';
import { withChurnProject } from '../../support/projects/churn-project.ts';
import { withFolder } from '../../support/projects/training-set.ts';
import { startWithTemporalCli } from '../../support/servers/temporal-cli.ts';
import { BATCH_TABLES, openShop, writeSpine } from './shop.ts';

// Tests in the folders stream, batch and training start the other workflow types with the Temporal CLI.
test('the Temporal CLI trains a model and refreshes online tables, and their pages show the results', async () => {
  await withChurnProject(async (project) => {
    await openShop(project);
    await withFolder(async (folder) => {
      const { model } = project;
      const input = { model, spine: await writeSpine(folder), out: join(folder, 'churn.parquet') };
      const { result, page } = await startWithTemporalCli<TrainModelResult>(project, 'trainModel', input);
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
      const { result, page } = await startWithTemporalCli<OnlineStatus>(project, 'refreshOnlineTable', {
        table,
      });
      expect(result).toMatchObject({ table, state: 'done', keys: 121, rows: 121 });
      expect(page).toMatch(/121 rows/);
    }
    const activity = {
      table: 'user_activity_features',
      mode: 'snapshot' as const,
      asOf: '2026-03-01T12:00:00Z',
    };
    const { result } = await startWithTemporalCli<OnlineStatus>(project, 'refreshOnlineTable', activity);
    expect(result.last).toMatchObject({
      published: true,
      publishedAt: '2026-03-01T12:00:00.000000Z',
      keys: 121,
    });
  });
});
