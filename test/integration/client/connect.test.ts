import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  batchTable,
  count,
  eventSource,
  lookup,
  onlineTable,
  optional,
  referenceTable,
  required,
  streamTable,
  trainingSet,
} from 'asof';
import { type Asof, type ReadingProgress, connect } from 'asof/client';
import { recordModel } from '../../../db/training/models.ts';
import { RETENTION_WORKFLOW_ID, batchScheduleId } from '../../../domain/workflow-ids.ts';
import { eventually } from '../../support/expectations/eventually.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { withFolder } from '../../support/projects/training-set.ts';

/** A Redis database that no other test uses. */
const REDIS_DATABASE = 7;
const MIDNIGHT = '2026-03-02T00:00:00Z';
const lines = [
  { guest: 'ada', drink: 'tea', at: '2026-03-01T10:05:00Z' },
  { guest: 'ada', drink: 'coffee', at: '2026-03-01T10:20:00Z' },
  { guest: 'bob', drink: 'tea', at: '2026-03-01T11:00:00Z' },
  { drink: 'water', at: '2026-03-01T11:05:00Z' },
].map((order) => JSON.stringify(order));

test('the client takes a program from definitions to features, a training set, its lineage and an online table', async () => {
  await withProject({ redisDatabase: REDIS_DATABASE }, (project) =>
    withFolder(async (folder) => {
      const names = cafe(project.source.slice(-8));
      await using asof = await connect(project.settings);
      await expectApplied(asof, project, names);
      await project.withWorkers(1, async () => {
        await expectRead(asof, names);
        await expectComputed(asof, names);
        await expectTrainingSet(asof, project, names, folder);
        const { last } = await asof.online(names.online.definition.name).refresh();
        expect(last).toMatchObject({ published: true, keys: 2, rows: 2 });
        expect(await asof.retention.run({ dryRun: true })).toMatchObject({ dryRun: true });
      });
      await expect(asof.reset()).rejects.toMatchObject({ code: 'ASOF_RESET_REFUSED' });
      const { schedules, topics, keys } = await asof.reset({ force: true });
      expect(schedules).toEqual([batchScheduleId(names.habits.definition.name), RETENTION_WORKFLOW_ID]);
      expect(topics).toContain(names.orders.definition.name);
      expect(keys).toBeGreaterThan(0);
      expect(await asof.definitions()).toEqual([]);
      await expect(buildLoyalty(asof, names, folder)).rejects.toMatchObject({ code: 'ASOF_OUT_REFUSED' });
    }),
  );
});

test('a client opens only the connections that it needs, and `await using` closes all of them', async () => {
  await withProject({ redisDatabase: REDIS_DATABASE }, async (project) => {
    const before = sockets();
    let left: Asof;
    {
      await using asof = await connect(project.settings);
      left = asof;
      expect(sockets()).toBe(before);
      await asof.definitions();
      expect(sockets()).toBeGreaterThan(before);
      await asof.stream(project.source).check();
      await asof.reset({ force: true });
    }
    await eventually('the sockets to be closed', () => Promise.resolve(sockets() <= before));
    const closed = { code: 'ASOF_CLIENT_CLOSED' };
    await expect(left.definitions()).rejects.toMatchObject(closed);
    await expect(left.stream(project.source).check()).rejects.toMatchObject(closed);
    await expect(left.online('any').refresh()).rejects.toMatchObject(closed);
    await left.close();
  });
});

type Cafe = ReturnType<typeof cafe>;

/**
 * Expects an unconfirmed apply to make nothing, and a confirmed one to make everything once, with its
 * schedules.
 */
async function expectApplied(asof: Asof, project: Project, names: Cafe): Promise<void> {
  const definitions = Object.values(names);
  const planned = await asof.plan(definitions);
  expect(planned.changes.map(({ what }) => what)).toContain(`event source ${names.orders.definition.name}`);
  await expect(asof.apply(definitions, { confirm: () => false })).rejects.toMatchObject({
    code: 'ASOF_NOT_CONFIRMED',
  });
  expect(await asof.plan(definitions)).toEqual(planned);
  expect(await asof.apply(definitions, { confirm: ({ changes }) => changes.length > 0 })).toEqual({
    applied: planned.changes.map(({ action, what }) => ({ action, what })),
  });
  expect(await asof.apply(definitions)).toEqual({ applied: [] });
  expect(await asof.definitions()).toContainEqual(names.habits.definition);
  await project.withTemporal(async ({ client, taskQueue }) => {
    const scheduled = async (scheduleId: string) =>
      (await client.schedule.getHandle(scheduleId).describe()).action;
    expect(await scheduled(batchScheduleId(names.habits.definition.name))).toMatchObject({
      workflowType: 'computeBatchFeatures',
      taskQueue,
    });
    expect(await scheduled(RETENTION_WORKFLOW_ID)).toMatchObject({
      workflowType: 'applyRetention',
      taskQueue,
    });
  });
}

/** Expects every order to be stored, and the program to receive the progress of the stream. */
async function expectRead(asof: Asof, { orders, visits }: Cafe): Promise<void> {
  const stream = asof.stream(orders.definition.name);
  expect(await stream.import(lines)).toMatchObject({
    lines: 4,
    blank: 0,
    wouldBeLate: 0,
    sent: 4,
    events: 3,
  });
  const seen: ReadingProgress[] = [];
  await stream.readToHead({ from: 'earliest', onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toMatchObject({ lag: 0, failures: [] });
  expect(await stream.check()).toMatchObject({ clean: true, violations: [] });
  expect((await stream.deadLetters.list()).reasons).toEqual([{ reason: 'missing_field', count: 1 }]);
  expect(await stream.countEvents({ from: '2026-03-01T10:20:00Z', to: MIDNIGHT })).toEqual([
    { entity: 'ada', events: 1 },
    { entity: 'bob', events: 1 },
  ]);
  await expect(stream.countEvents({ from: 'yesterday', to: MIDNIGHT })).rejects.toMatchObject({
    code: 'ASOF_INPUT_INVALID',
  });
  const table = asof.table(visits.definition.name);
  expect(await table.countRows()).toBe(2);
  expect(await table.latestRows({ asOf: '2026-03-01T11:30:00Z' })).toMatchObject([
    { guest: 'ada', orders_1h: '2', feature_ts: new Date('2026-03-01T11:00:00Z') },
  ]);
}

async function expectComputed(asof: Asof, { guests, habits }: Cafe): Promise<void> {
  const rows = [{ guest: 'ada', town: 'London', valid_from: '2026-01-01T00:00:00Z' }];
  expect(await asof.writeTable(guests.definition.name, rows)).toMatchObject({ rows: 1, changed: 1 });
  const batch = asof.batch(habits.definition.name);
  const range = { from: MIDNIGHT, to: MIDNIGHT };
  expect(await batch.run(range)).toMatchObject({ computed: 1, skipped: 0, rows: 2 });
  expect(await batch.run(range)).toMatchObject({ computed: 0, skipped: 1 });
  expect(await asof.table(habits.definition.name).countRows()).toBe(2);
}

async function expectTrainingSet(asof: Asof, { pool }: Project, names: Cafe, folder: string): Promise<void> {
  const { visits, habits, orders, guests } = names;
  const set = await buildLoyalty(asof, names, folder);
  expect(set.rows).toBe(2);
  // A model version, as a training registers it.
  const model = { name: 'regulars', version: 1, runId: 'run-1', trainingSetId: set.id };
  await recordModel(pool, model, {});
  const { trainingSet, tables, sources } = await asof.lineage.model('regulars/1');
  expect(trainingSet).toMatchObject({ id: set.id, rows: 2, sha256: set.sha256 });
  expect(tables.map(({ name }) => name)).toEqual([visits, habits].map(({ definition }) => definition.name));
  expect(sources.map(({ name }) => name).sort()).toEqual(
    [guests, orders].map(({ definition }) => definition.name).sort(),
  );
  expect((await asof.lineage.usedBy({ table: habits.definition.name })).models).toEqual([model]);
  expect((await asof.lineage.usedBy({ source: orders.definition.name })).models).toEqual([model]);
}

/** Builds the training set of a spine, with the same files at each call. */
async function buildLoyalty(asof: Asof, { loyalty }: Cafe, folder: string) {
  const spine = join(folder, 'spine.csv');
  await writeFile(spine, `guest,at,came_back\nada,2026-03-01T11:30:00Z,1\nbob,${MIDNIGHT},0\n`);
  return asof.trainingSet(loyalty.definition.name).build({ spine, out: join(folder, 'rows.parquet') });
}

/** The number of TCP connections of this process. */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}

/** The definitions of a café, under names of this test's own. */
function cafe(id: string) {
  const orders = eventSource({
    name: `orders-${id}`,
    entity: 'guest',
    eventTime: 'at',
    topicPartitions: 2,
    fields: { guest: required('string'), drink: optional('string'), at: required('timestamp') },
    retention: { raw: '3650 days' },
  });
  const guests = referenceTable({
    name: `guests_${id}`,
    primaryKeys: ['guest'],
    fields: { guest: required('string'), town: optional('string') },
  });
  const visits = streamTable({
    name: `visits_${id}`,
    source: orders,
    window: { length: '1 hour', slide: '1 hour' },
    features: { orders_1h: count() },
  });
  const habits = batchTable({
    name: `habits_${id}`,
    source: orders,
    references: [guests],
    reads: '3000 days',
    schedule: '0 0 * * *',
    features: { orders: 'bigint', town: 'string' },
    sql: `SELECT guest, count(*) AS orders, max(town) AS town
          FROM events LEFT JOIN guests_${id} USING (guest) GROUP BY guest`,
  });
  const loyalty = trainingSet({
    name: `loyalty_${id}`,
    spine: { keys: ['guest'], timestamp: 'at', label: 'came_back' },
    lookups: [lookup(visits), lookup(habits)],
  });
  return { orders, guests, visits, habits, loyalty, online: onlineTable({ table: visits }) };
}
