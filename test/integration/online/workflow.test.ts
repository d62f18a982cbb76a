import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { createOnlineActivities } from '../../../activities/online/online-activities.ts';
import { failureInterceptor } from '../../../activities/shared/failure-interceptor.ts';
import type { Temporal } from '../../../client/shared/temporal.ts';
import { Redaction } from '../../../domain/secrets/redaction.ts';
import { onlineWorkflowId } from '../../../domain/workflow-ids.ts';
import type { OnlineStatus } from '../../../schemas/workflows/refresh-online-table.ts';
import { ensureSearchAttributes } from '../../../workers/search-attributes.ts';
import { workflowCode } from '../../../workers/workflow-code.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import {
  ACTIVITY,
  type OnlineProject,
  at,
  withOnlineProject,
  writeWindows,
} from '../../support/projects/online.ts';

test('a triggered refresh publishes once and reports what it published', async () => {
  await withOnlineProject((project) =>
    withOnlineWorker(project, async () => {
      const online = project.asof.online(ACTIVITY);
      await writeWindows(project, windows(1));
      const first = await online.refresh();
      expect(first).toMatchObject({ table: ACTIVITY, state: 'done', syncs: 1, keys: 1, rows: 1 });
      expect(first.last).toMatchObject({ published: true, sequence: '1', keys: 1, rows: 1 });
      const again = await online.refresh();
      expect(again.last).toMatchObject({ published: false, sequence: '1', keys: 0 });
      const whole = await online.refresh({ mode: 'snapshot' });
      expect(whole.last).toMatchObject({ published: true, keys: 1 });
    }),
  );
});

test.each([
  ['activity', {}, /ASOF_ONLINE_TABLE_UNKNOWN|there is no online table 'activity'; known: 'user_activity/],
  [ACTIVITY, { mode: 'sometimes' as 'triggered' }, /the input of refreshOnlineTable is not valid:\n.*mode/s],
  [ACTIVITY, { asOf: '2999-01-01T00:00:00Z' }, /asOf: 2999-01-01T00:00:00Z lies in the future/],
])('a bad input fails the refresh at once: %s %j', async (table, options, message) => {
  await withOnlineProject((project) =>
    withOnlineWorker(project, async () => {
      const refreshed = project.asof.online(table).refresh(options);
      await expect(refreshed).rejects.toMatchObject({
        code: 'ASOF_REFRESH_FAILED',
        message: expect.stringMatching(message) as string,
      });
    }),
  );
});

test('a continuous refresh follows the writes, pauses, resumes, continues as new, and drains', async () => {
  await withOnlineProject((project) =>
    withOnlineWorker(project, async ({ client, taskQueue }) => {
      const online = project.asof.online(ACTIVITY);
      const workflowId = onlineWorkflowId(ACTIVITY);
      const started = await client.workflow.start('refreshOnlineTable', {
        workflowId,
        taskQueue,
        args: [{ table: ACTIVITY, mode: 'continuous', trigger: '1 second', maxHistoryEvents: 50 }],
      });
      const handle = client.workflow.getHandle(workflowId);
      const status = () => handle.query<OnlineStatus>('status');
      const published = (sequence: string) => async () => (await status()).last?.sequence === sequence;
      await writeWindows(project, windows(1));
      await eventually('the first write', published('1'));

      for (const options of [{ mode: 'snapshot' as const }, { asOf: '2026-03-01T10:00:00Z' }]) {
        await expect(online.refresh(options)).rejects.toMatchObject({ code: 'ASOF_REFRESH_CONTINUOUS' });
      }

      await handle.signal('pause');
      await eventually('the pause', async () => (await status()).state === 'paused');
      await writeWindows(project, windows(2));
      await expect(online.refresh()).rejects.toMatchObject({
        code: 'ASOF_REFRESH_PAUSED',
      });
      expect((await status()).last?.sequence).toBe('1');
      await handle.signal('resume');
      await eventually('the write of the pause', published('2'));

      await writeWindows(project, windows(3));
      expect((await online.refresh()).last).toMatchObject({ sequence: '3' });
      await eventually('a second run', async () => {
        return (await handle.describe()).runId !== started.firstExecutionRunId;
      });
      await writeWindows(project, windows(4));
      await handle.signal('drain');
      expect(await handle.result()).toMatchObject({ state: 'done', last: { sequence: '4' } });
    }),
  );
});

function windows(events: number) {
  return [{ user: 'u_1', end: at('10:00:00'), events }];
}

/** Runs `work` beside a worker that has only the activities of online tables. */
async function withOnlineWorker(
  project: OnlineProject,
  work: (temporal: Temporal) => Promise<void>,
): Promise<void> {
  const { address, namespace, taskQueue } = project.settings.temporal;
  const connection = await NativeConnection.connect({ address });
  await ensureSearchAttributes(connection, namespace);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await workflowCode(),
    activities: createOnlineActivities(project),
    interceptors: { activity: [() => ({ inbound: failureInterceptor(new Redaction()) })] },
    stickyQueueScheduleToStartTimeout: '5 seconds',
  });
  await worker.runUntil(project.withTemporal(work));
  await connection.close();
}
