import { expect, test } from 'vitest';
import { loadTableEngine } from '../../../../db/engine/load-engine.ts';
import { findOnlineTable } from '../../../../db/online/online-tables.ts';
import { fillNextStretch } from '../../../../db/stream/backfill/fill-table.ts';
import { openFill, requireFilled, unfilledTables } from '../../../../db/tables/fills.ts';
import { backfillWorkflowId, streamWorkflowId } from '../../../../domain/workflow-ids.ts';
import type { BackfillResult } from '../../../../schemas/workflows/backfill-features.ts';
import type { StreamStatus } from '../../../../schemas/workflows/stream-features.ts';
import { EXAMPLE } from '../../../oracle/log.ts';
import { oracle } from '../../../oracle/oracle.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { readWindows, windowDifferences } from '../../../support/expectations/tables.ts';
import { afterKilledWorkers } from '../../../support/faults/killed-workers.ts';
import {
  LATER,
  applyLaterTable,
  differencesOf,
  disorderedEvents,
  listedLate,
} from '../../../support/projects/backfill.ts';
import { commitEvents, createProjectCursors, records } from '../../../support/projects/commit.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const ACTIVITY = 'user_activity_features';

test('a table that joins its source while it is read gets the rows of a table that was always there', async () => {
  await withProject({ source: { topicPartitions: 4 } }, (project) =>
    project.withWorkers(2, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source, kafka, pool } = project;
        await produce(kafka, source, disorderedEvents(1, 1_500));
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue,
          args: [{ source, from: 'earliest', trigger: '1 second', shards: 3, maxRecords: 100 }],
        });
        const records = (wanted: number) => async () =>
          (await stream.query<StreamStatus>('status')).totals.records >= wanted;
        await eventually('the first events', records(1_000));

        await applyLaterTable(project);
        await expect(requireFilled(pool, [ACTIVITY, LATER])).rejects.toMatchObject({
          code: 'ASOF_TABLE_NOT_FILLED',
        });
        // Small steps, so that the stream commits between them.
        const fill = await client.workflow.start('backfillFeatures', {
          workflowId: backfillWorkflowId(LATER),
          taskQueue,
          args: [{ table: LATER, late: 'leave', maxEvents: 40 }],
        });
        for (let seed = 2; seed < 8; seed += 1) await produce(kafka, source, disorderedEvents(seed, 150));
        const result = (await fill.result()) as BackfillResult;
        expect(result.chunks).toBeGreaterThan(10);
        expect(result.filled).toBeGreaterThan(1_000);
        await produce(kafka, source, disorderedEvents(3, 50));
        await stream.signal('drain');
        await stream.result();
        await expectSame(project);
      }),
    ),
  );
});

test('a fill whose workers are killed continues where it stopped and fills nothing twice', async () => {
  await withProject({ source: { topicPartitions: 2 } }, async (project) => {
    const { source, kafka, pool, environment } = project;
    await produce(kafka, source, disorderedEvents(1, 1_500));
    await project.withWorkers(1, () => project.asof.stream(source).readToHead({ from: 'earliest' }));
    await applyLaterTable(project);
    const filledTo = async (): Promise<bigint> => (await openFill(pool, LATER))?.filledTo ?? 0n;
    await project.withTemporal(async ({ client, taskQueue }) => {
      const fill = await client.workflow.start('backfillFeatures', {
        workflowId: backfillWorkflowId(LATER),
        taskQueue,
        args: [{ table: LATER, late: 'leave', maxEvents: 1 }],
      });
      await afterKilledWorkers(environment, filledTo, async () => {
        expect(await unfilledTables(pool, source)).toEqual([LATER]);
        await fill.result();
      });
    });
    await expectSame(project);
  });
}, 240_000);

test.each([
  ['correct', 'keep'],
  ['keep', 'correct'],
] as const)(
  'a source that changes from late: %s to %s while a table is filled has one rule for its past',
  async (before, after) => {
    await withProject({ source: { topicPartitions: 1, late: before } }, async (project) => {
      const { asof, pool, source } = project;
      await createProjectCursors(project, 1);
      const events = disorderedEvents(1, 700).map(({ value }) => JSON.parse(value as string) as object);
      let read = 0;
      const commit = async (count: number): Promise<void> => {
        await commitEvents(project, 0, read, events.slice(read, read + count));
        read += count;
      };
      const fill = async (steps: number): Promise<void> => {
        const engine = await loadTableEngine(pool, LATER);
        for (let step = 0; step < steps; step += 1) if (!(await fillNextStretch(pool, engine, 40))) break;
      };
      await commit(300);
      await applyLaterTable(project);
      await fill(4);
      await commit(100);
      const definitions = await asof.definitions();
      await asof.apply(
        definitions.map((one) => (one.kind === 'event_source' ? { ...one, late: after } : one)),
      );
      await commit(100);
      await fill(Infinity);
      await commit(200);
      await requireFilled(pool, [LATER]);
      const log = records(0, 0, events);
      const expected = oracle(log, after === 'correct' ? { ...EXAMPLE, merged: () => true } : EXAMPLE);
      expect(expected.late.length).toBeGreaterThan(20);
      expect(windowDifferences(await readWindows(pool, LATER), expected).slice(0, 5)).toEqual([]);
      const listed = await listedLate(project, LATER);
      expect(listed.map(({ merged }) => merged)).toEqual(expected.late.map(() => after === 'correct'));
      expect((await asof.stream(source).check()).violations.map(({ kind }) => kind)).toEqual(['beyond_head']); // the records were never in Kafka
    });
  },
);

test('the stream starts the fill, and a stream that stops at the head waits for the fill', async () => {
  await withProject({ source: { topicPartitions: 2 } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, kafka, pool } = project;
      const read = () => project.asof.stream(source).readToHead({ from: 'earliest' });
      await produce(kafka, source, disorderedEvents(1, 400));
      await read();
      await applyLaterTable(project);
      expect(await unfilledTables(pool, source)).toEqual([LATER]);
      await produce(kafka, source, disorderedEvents(2, 100));
      await read();
      expect(await unfilledTables(pool, source)).toEqual([]);
      await requireFilled(pool, [LATER]);
      await expectSame(project);
    }),
  );
});

test('the stream shows a fill that is refused, and starts it again only after a change', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { source, kafka, pool } = project;
        const read = () => project.asof.stream(source).readToHead({ from: 'earliest' });
        await produce(kafka, source, disorderedEvents(1, 60));
        await read();
        await applyLaterTable(project);
        await pool.query(`ALTER TABLE features.${LATER} ADD CONSTRAINT nothing CHECK (user_id = 'nobody')`);
        await expect(read()).rejects.toMatchObject({
          code: 'ASOF_STREAM_FAILED',
          message: expect.stringMatching(/"nothing".*npx asof backfill later_activity_features/) as string,
        });

        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(source),
          taskQueue,
          args: [{ source, trigger: '1 second' }],
        });
        const status = () => stream.query<StreamStatus>('status');
        const fill = client.workflow.getHandle(backfillWorkflowId(LATER));
        await eventually('the failure', async () => (await status()).failedFills.length > 0);
        const [{ runId }, { triggers }] = [await fill.describe(), await status()];
        await eventually('two more triggers', async () => (await status()).triggers > triggers + 1);
        expect((await fill.describe()).runId).toBe(runId);
        expect((await status()).failedFills).toEqual([
          { table: LATER, reason: expect.stringMatching(/"nothing".*ASOF_BACKFILL_REFUSED/) as string },
        ]);

        await pool.query(`ALTER TABLE features.${LATER} DROP CONSTRAINT nothing`);
        await pool.query('SELECT asof.raise_source_revision($1)', [source]); // as apply does
        await eventually('the fill', async () => (await unfilledTables(pool, source)).length === 0);
        await eventually('no failure', async () => (await status()).failedFills.length === 0);
        await stream.signal('drain');
        await stream.result();
        await requireFilled(pool, [LATER]);
      }),
    ),
  );
});

test('an online table of a table that is not filled is refused', async () => {
  await withProject({ source: { topicPartitions: 1 } }, async (project) => {
    await project.pool.query(
      'INSERT INTO asof.stream_cursors (source, kafka_partition, next_offset, first_offset) VALUES ($1, 0, 0, 0)',
      [project.source],
    );
    await applyLaterTable(project);
    await expect(findOnlineTable(project.pool, LATER)).rejects.toMatchObject({
      code: 'ASOF_TABLE_NOT_FILLED',
      kind: 'input',
      message: expect.stringMatching(/it has not begun.*npx asof backfill later_activity_features/) as string,
    });
  });
});

async function expectSame(project: Project): Promise<void> {
  const { kafka, source, pool } = project;
  const expected = oracle(await readLog(kafka, source), EXAMPLE);
  expect(expected.late.length).toBeGreaterThan(20);
  expect(windowDifferences(await readWindows(pool, LATER), expected).slice(0, 5)).toEqual([]);
  expect((await differencesOf(project, ACTIVITY, LATER)).slice(0, 5)).toEqual([]);
  expect(await listedLate(project, LATER)).toEqual(await listedLate(project, ACTIVITY));
  expect((await project.asof.stream(source).check()).violations).toEqual([]);
  const { rows } = await pool.query(
    `SELECT count(*)::int AS rows FROM features.${LATER} WHERE write_id NOT IN (SELECT write_id FROM asof.writes)`,
  );
  expect(rows).toEqual([{ rows: 0 }]);
}
