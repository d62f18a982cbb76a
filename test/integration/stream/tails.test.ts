import { expect, test } from 'vitest';
import { loadTableEngine } from '../../../db/engine/load-engine.ts';
import { mergeNextLateEvents } from '../../../db/stream/backfill/merge-late-events.ts';
import type { StreamTableDefinition } from '../../../domain/registry/definition.ts';
import { streamWorkflowId } from '../../../domain/workflow-ids.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { count, lastK, mean, streamTable, sum } from '../../../schemas/index.ts';
import { type OracleTable, featureRows } from '../../oracle/feature-rows.ts';
import { EXAMPLE, MINUTE } from '../../oracle/log.ts';
import { type RawRow, oracle } from '../../oracle/oracle.ts';
import { everyTail, everyTailForOracle } from '../../property/support/every-aggregate.ts';
import { readFeatureRows } from '../../support/expectations/feature-rows.ts';
import { afterKilledWorkers } from '../../support/faults/killed-workers.ts';
import { disorderedEvents } from '../../support/projects/backfill.ts';
import { commitEvents, createProjectCursors } from '../../support/projects/commit.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';

/** A burst is over before a minute's window has ended. */
const burst = streamTable({
  name: 'burst',
  source: userEvents,
  window: { length: '1 hour', slide: '1 second', tail: '1 minute' },
  features: {
    events_1h: count(),
    revenue_10m: sum('revenue', { over: '10 minutes' }),
    events_20s: count({ over: '20 seconds' }),
    mean_revenue_ever: mean('revenue', { over: 'lifetime' }),
  },
}).definition;

const burstForOracle: OracleTable = {
  length: 60n * MINUTE,
  slide: MINUTE / 60n,
  tail: MINUTE,
  features: [
    { name: 'events_1h', aggregate: 'count', field: null, where: null },
    { name: 'revenue_10m', aggregate: 'sum', field: 'revenue', where: null, over: 10n * MINUTE },
    { name: 'events_20s', aggregate: 'count', field: null, where: null, over: MINUTE / 3n },
    { name: 'mean_revenue_ever', aggregate: 'mean', field: 'revenue', where: null, over: 'lifetime' },
  ],
};

/** Without lifetimes, so that its tiles may be removed. */
const recent = streamTable({
  name: 'recent',
  source: userEvents,
  window: { length: '100 minutes', slide: '1 minute', tail: '20 minutes' },
  features: {
    events: count(),
    last_revenues: lastK('revenue', { k: 3 }),
    events_5m: count({ over: '5 minutes' }),
  },
  retention: { tiles: '1 hour' },
}).definition;

const recentForOracle: OracleTable = {
  length: 100n * MINUTE,
  slide: MINUTE,
  tail: 20n * MINUTE,
  features: [
    { name: 'events', aggregate: 'count', field: null, where: null },
    { name: 'last_revenues', aggregate: 'last_k', field: 'revenue', where: null, k: 3 },
    { name: 'events_5m', aggregate: 'count', field: null, where: null, over: 5n * MINUTE },
  ],
};

const tables: readonly [StreamTableDefinition, OracleTable][] = [
  [everyTail, everyTailForOracle],
  [burst, burstForOracle],
  [recent, recentForOracle],
];
const definitions = tables.map(([definition]) => definition);
const source = { topicPartitions: 3 };

test('windows with tails equal the oracle although workers are killed, and late events a backfill merges', async () => {
  await withProject({ source, tables: definitions }, async (project) => {
    const { kafka, pool, environment, asof } = project;
    await produce(kafka, project.source, disorderedEvents(1, 320));
    const read = async (): Promise<bigint> => {
      const { rows } = await pool.query<{ n: string }>(`SELECT count(*) AS n FROM asof.offset_ledger`);
      return BigInt(rows[0]!.n);
    };
    await project.withTemporal(async ({ client, taskQueue }) => {
      const stream = await client.workflow.start('streamFeatures', {
        workflowId: streamWorkflowId(project.source),
        taskQueue,
        args: [{ source: project.source, trigger: '1 second', shards: 3, maxRecords: 12, from: 'earliest' }],
      });
      await afterKilledWorkers(environment, read, async () => {
        await produce(kafka, project.source, disorderedEvents(2, 80));
        await stream.signal('drain');
        await stream.result();
      });
    });
    await project.withWorkers(2, async () => {
      await asof.stream(project.source).readToHead({ shards: 3 });
      expect((await asof.stream(project.source).check()).violations).toEqual([]);
      const { raw } = oracle(await readLog(kafka, project.source), EXAMPLE);
      await expectRows(project, raw);

      for (const { name } of definitions) await asof.table(name).backfill({ maxEvents: 40 });
      await expectRows(project, asMerged(raw));
      expect((await asof.stream(project.source).check()).violations).toEqual([]);
    });
  });
}, 300_000);

test('a fill beside a running stream gives later tables with tails the rows of the oracle', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(2, () =>
      project.withTemporal(async ({ client, taskQueue }) => {
        const { asof, kafka } = project;
        await produce(kafka, project.source, disorderedEvents(1, 300));
        await asof.stream(project.source).readToHead({ from: 'earliest', shards: 3, maxRecords: 60 });
        const later = definitions.map((definition) => ({ ...definition, source: project.source }));
        await asof.apply([...(await asof.definitions()), ...later]);
        const stream = await client.workflow.start('streamFeatures', {
          workflowId: streamWorkflowId(project.source),
          taskQueue,
          args: [{ source: project.source, trigger: '1 second', shards: 3, maxRecords: 20 }],
        });
        await produce(kafka, project.source, disorderedEvents(2, 120));
        for (const { name } of definitions) await asof.table(name).backfill({ late: 'leave', maxEvents: 40 });
        await stream.signal('drain');
        await stream.result();
        const { raw } = oracle(await readLog(kafka, project.source), EXAMPLE);
        await expectRows(project, raw);
      }),
    ),
  );
}, 300_000);

test('a source that corrects late events merges them at once into windows with tails', async () => {
  await withProject({ source: { ...source, late: 'correct' }, tables: definitions }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, disorderedEvents(1, 300));
      await project.asof.stream(project.source).readToHead({ from: 'earliest', shards: 2, maxRecords: 30 });
      const { raw } = oracle(await readLog(project.kafka, project.source), EXAMPLE);
      await expectRows(project, asMerged(raw));
    }),
  );
}, 240_000);

test('a late merge removes the row where its event had entered, whatever the names of the keys', async () => {
  const names = ['first', 'last'];
  const keys = names.map((name) => ({ name, type: 'string', required: false }) as const);
  const table = { ...recent, name: 'named', primaryKeys: names };
  const fields = [...userEvents.definition.fields, ...keys];
  await withProject({ source: { topicPartitions: 1, fields }, tables: [table] }, async (project) => {
    const { pool } = project;
    const named = (time: string) => ({
      user_id: 'a',
      first: 'b',
      last: 'c',
      event_ts: `2026-03-01T${time}Z`,
    });
    const ends = async () => {
      const { rows } = await pool.query<{ at: string; events: number }>(
        `SELECT to_char(feature_ts AT TIME ZONE 'UTC', 'HH24:MI') AS at, events FROM features.named ORDER BY feature_ts`,
      );
      return rows.map(({ at, events }) => `${at} ${events}`);
    };
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [named('12:00:30'), named('10:01:30')]);
    // It was late for the ends until 11:50, and leaves at 12:00.
    const still = ['12:01 1', '12:06 1', '14:00 0'];
    expect(await ends()).toEqual(['11:51 1', '12:00 0', ...still]);
    await mergeNextLateEvents(pool, await loadTableEngine(pool, 'named'), { from: null, to: null }, 10);
    expect(await ends()).toEqual(['10:02 1', '10:07 1', '12:00 0', ...still]);
  });
});

test('a step of a late merge takes few tails if they hold many events', async () => {
  await withProject({ source: { topicPartitions: 1 }, tables: [recent] }, async (project) => {
    const at = (user_id: string, time: string) => ({ user_id, event_ts: `2026-03-01T${time}Z` });
    const late = [at('a', '11:00:30'), at('b', '11:00:40')];
    const many = late.flatMap((event) => Array.from({ length: 11 }, () => event));
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [...many, at('c', '12:00:30'), ...late]);
    const step = async () => {
      const tableEngine = await loadTableEngine(project.pool, recent.name);
      const done = await mergeNextLateEvents(project.pool, tableEngine, { from: null, to: null }, 2);
      return done?.merged;
    };
    expect([await step(), await step(), await step()]).toEqual([1, 1, undefined]);
  });
});

function asMerged(raw: readonly RawRow[]): RawRow[] {
  return raw.map((event) => ({ ...event, watermark: null }));
}

async function expectRows({ pool }: Project, raw: readonly RawRow[]): Promise<void> {
  for (const [definition, forOracle] of tables) {
    const expected = featureRows(raw, forOracle);
    const stored = await readFeatureRows(pool, definition, userEvents.definition);
    expect([...stored.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, row] of expected) expect(stored.get(key)).toEqual(row);
  }
}
