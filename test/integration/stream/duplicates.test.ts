import { expect, test } from 'vitest';
import { ledgerEntries } from '../../../activities/stream/fold-micro-batch.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { commitMicroBatch } from '../../../db/stream/commit-micro-batch.ts';
import type { KafkaRecord } from '../../../domain/log/kafka-record.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { simulate } from '../../../simulator/index.ts';
import { type Random, randomFor } from '../../../simulator/random.ts';
import { EXAMPLE_FIELDS } from '../../oracle/acceptance.ts';
import { EXAMPLE, MINUTE, type OracleOptions } from '../../oracle/log.ts';
import { oracle } from '../../oracle/oracle.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { differencesFrom } from '../../support/expectations/stream-differences.ts';
import { readWindows, windowDifferences } from '../../support/expectations/tables.ts';
import { LATER, applyLaterTable, differencesOf, disorderedEvents } from '../../support/projects/backfill.ts';
import { expectBatchOracle, readEvents, withBatchProject } from '../../support/projects/batch-project.ts';
import { commitEvents, createProjectCursors, records } from '../../support/projects/commit.ts';
import { withExtra } from '../../support/projects/extra-field.ts';
import { produce, readLog } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';

const deduplicate = { by: ['user_id', 'event_ts', 'session_id'], within: '30 minutes' };
const options: OracleOptions = {
  ...EXAMPLE,
  deduplicate: {
    keyOf: ({ user_id, event_ts, session_id }) =>
      session_id === null ? null : JSON.stringify([user_id, String(event_ts), session_id]),
    within: 30n * MINUTE,
  },
};

test('micro-batches that are read before the previous ones are committed have the duplicates of the oracle', async () => {
  await withProject({ source: { topicPartitions: 2, deduplicate } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, pool, kafka } = project;
      await produce(kafka, source, repeating());
      await project.asof.stream(source).readToHead({ from: 'earliest', maxRecords: 50 });
      const { raw } = await expectOracle(project, options);
      const expected = raw.filter(({ duplicate }) => duplicate);
      expect(expected.length).toBeGreaterThan(100);
      expect(await duplicatesOf(project)).toEqual(
        expected.map(({ kafka_partition, kafka_offset }) => `${kafka_partition}/${kafka_offset}`).sort(),
      );
      const { partitions } = await project.asof.stream(source).check();
      expect(partitions.reduce((total, { duplicates }) => total + duplicates, 0)).toBe(expected.length);
      const { rows } = await pool.query<{ forgotten: boolean }>(
        `SELECT bool_and(clock >= watermark + interval '10 minutes' - interval '30 minutes') AS forgotten
         FROM asof.seen_events JOIN asof.stream_cursors USING (source, kafka_partition)`,
      );
      expect(rows).toEqual([{ forgotten: true }]);
    }),
  );
});

test('a fill and a late merge leave duplicates out, as the stream does', async () => {
  await withProject({ source: { topicPartitions: 2, deduplicate } }, (project) =>
    project.withWorkers(1, async () => {
      const { source, pool, kafka } = project;
      const events = disorderedEvents(1, 600).flatMap((event, index) => {
        const placed = { ...event, partition: index % 2 };
        return index % 3 === 0 ? [placed, placed] : [placed];
      });
      await produce(kafka, source, events);
      const read = () => project.asof.stream(source).readToHead({ from: 'earliest' });
      await read();
      await applyLaterTable(project);
      await read();
      for (const table of ['user_activity_features', LATER]) {
        expect(await project.asof.table(table).backfill({ maxEvents: 40 })).toMatchObject({ filled: 0 });
      }
      const merged = { ...options, merged: () => true };
      const { raw, late } = await expectOracle(project, merged);
      expect(raw.filter(({ duplicate }) => duplicate).length).toBe(200);
      expect(late.length).toBeGreaterThan(20);
      expect(
        windowDifferences(await readWindows(pool, LATER), oracle(await readLog(kafka, source), merged)),
      ).toEqual([]);
      expect(await differencesOf(project, 'user_activity_features', LATER)).toEqual([]);
    }),
  );
});

test('a replayed dead letter is a duplicate of an original near it, before or after it, or replayed with it', async () => {
  await withProject({ source: { topicPartitions: 1, deduplicate } }, async (project) => {
    const at = (time: string, session_id: string | null, rest: object = {}) => ({
      user_id: 'a',
      session_id,
      event_ts: `2026-03-01T${time}:00Z`,
      ...rest,
    });
    const bad = { extra: 'not a number' };
    await withExtra(project, 'double');
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [
      at('10:00', 's1', bad),
      at('10:00', 's1'),
      at('10:10', 's2', bad),
      at('10:10', 's2', bad),
      at('10:10', null, bad),
      at('10:10', null, bad),
    ]);
    await commitEvents(project, 0, 6, [at('12:00', 's4'), at('10:10', 's2'), at('10:00', 's1', bad)]);
    await withExtra(project, null);
    expect(await project.asof.stream(project.source).deadLetters.replay()).toMatchObject({
      replayed: 6,
      remaining: 0,
    });
    expect(await duplicatesOf(project)).toEqual(['0/0', '0/3']);
    const { violations } = await project.asof.stream(project.source).check();
    expect(violations.map(({ kind }) => kind)).toEqual(['beyond_head']); // the records were never in Kafka
    const { rows } = await project.pool.query(
      'SELECT duplicates, raw FROM asof.offset_ledger ORDER BY from_offset',
    );
    expect(rows).toEqual([
      { duplicates: '2', raw: '6' },
      { duplicates: '0', raw: '3' },
    ]);
  });
});

/** The lists of each session. Two sessions differ in one or a few of them. */
const LISTS = [
  { texts: ['a', 'b'], doubles: [0.1, 2], wholes: [1], truths: [true] },
  { texts: ['a,b'], doubles: [0.1, 2], wholes: [1], truths: [true] },
  { texts: ['a', 'b'], doubles: [], wholes: [1, 1], truths: [true] },
  { texts: ['NULL', '{"', ''], doubles: [0.1], wholes: [1], truths: [false, true] },
];
const LIST_FIELDS = {
  texts: { type: 'string[]', required: false },
  doubles: { type: 'double[]', required: false },
  wholes: { type: 'integer[]', required: false },
  truths: { type: 'boolean[]', required: false },
} as const;

test.each([
  { by: ['session_id'], ofSession: () => ({}) },
  {
    by: Object.keys(LIST_FIELDS),
    ofSession: (session: string | null) => (session === null ? {} : LISTS[Number(session.slice(1)) - 1]!),
  },
])(
  "replays between the stream's reads leave no event counted twice, as the oracle tells them, by $by",
  async ({ by, ofSession }) => {
    const listFields = Object.entries(LIST_FIELDS).map(([name, field]) => ({ name, ...field }));
    const fields = [...userEvents.definition.fields, ...listFields];
    const rules = { topicPartitions: 1, fields, deduplicate: { by, within: '30 minutes' } };
    await withProject({ source: rules }, async (project) => {
      await createProjectCursors(project, 1);
      const random = randomFor(11, 'replays');
      const log: KafkaRecord[] = [];
      const takenAt: number[] = [];
      const read = async (phase: number): Promise<void> => {
        const events = Array.from({ length: 8 }, () => {
          const event = repeatingEvent(random, log.length);
          return { ...event, ...ofSession(event.session_id) };
        });
        await commitEvents(project, 0, log.length, events);
        log.push(...records(0, log.length, events));
        takenAt.push(...events.map(({ extra }) => (extra ? REPLAYED : phase)));
      };
      for (let phase = 0; phase < 12; phase += 2) {
        await withExtra(project, 'double');
        await read(phase);
        await read(phase);
        await withExtra(project, null);
        await project.asof.stream(project.source).deadLetters.replay();
        takenAt.forEach((at, offset) => {
          if (at === REPLAYED) takenAt[offset] = phase + 1;
        });
      }
      const isReplayed = ({ offset }: { offset: bigint }): boolean => takenAt[Number(offset)]! % 2 === 1;
      const expected = oracle(log, {
        ...EXAMPLE,
        fieldsAt: () => ({ ...EXAMPLE_FIELDS, ...LIST_FIELDS }),
        // The lists of two events are the same if their sessions are.
        deduplicate: { keyOf: ({ session_id }) => session_id, within: 30n * MINUTE },
        wasReplayed: isReplayed,
        takenAt: ({ offset }) => takenAt[Number(offset)]!,
      });
      const repeats = expected.raw
        .filter(({ duplicate }) => duplicate)
        .map(({ kafka_offset }) => kafka_offset);
      expect(repeats.filter((offset) => isReplayed({ offset })).length).toBeGreaterThan(5);
      expect(repeats.filter((offset) => !isReplayed({ offset })).length).toBeGreaterThan(5);
      expect((await differencesFrom(expected, project)).rows).toEqual([]);
    });
  },
);

test('a micro-batch that was folded before a replay is not committed after it', async () => {
  await withProject({ source: { topicPartitions: 1, deduplicate } }, async (project) => {
    await createProjectCursors(project, 1);
    const event = { user_id: 'a', session_id: 's', event_ts: '2026-03-01T10:00:00Z' };
    await withExtra(project, 'double');
    await commitEvents(project, 0, 0, [{ ...event, extra: 'x' }]);
    await withExtra(project, null);
    const foldedBefore = await loadStreamEngine(project.pool, project.source);
    await project.asof.stream(project.source).deadLetters.replay();
    const batch = foldedBefore.fold(records(0, 1, [event]), new Map([[0, undefined]]));
    const entries = ledgerEntries(batch, [{ partition: 0, from: 1n, to: 2n }]);
    await expect(commitMicroBatch(project.pool, foldedBefore, batch, entries)).rejects.toMatchObject({
      code: 'ASOF_DEFINITIONS_CHANGED',
    });
    await commitEvents(project, 0, 1, [event]);
    expect(await duplicatesOf(project)).toEqual(['0/1']);
  });
});

test('batch features leave duplicates out', async () => {
  await withBatchProject({ source: { topicPartitions: 2, deduplicate } }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, repeating());
      await readEvents(project);
      const at = '2026-03-01T00:00:00Z';
      for (const table of ['user_profile_features', 'transaction_features'])
        await project.asof.batch(table).run({ from: at, to: at });
      const rows = await expectBatchOracle(project, [at], { options });
      expect(rows.some((row) => row.lifetime_revenue > 0)).toBe(true);
    }),
  );
});

/** Stands for the phase of the replay that is to come. */
const REPLAYED = -1;

/** An event of one of a few sessions; some are dead letters while the source has the field `extra`. */
function repeatingEvent(random: Random, index: number) {
  const start = Date.parse('2026-03-01T10:00:00Z');
  return {
    user_id: 'a',
    session_id: random.pick(['s1', 's2', 's3', 's4', null]),
    event_ts: new Date(start + index * 90_000 - random.whole(0, 600_000)).toISOString(),
    ...(random.chance(0.4) ? { extra: 'not a number' } : {}),
  };
}

/** Simulated events; every third is repeated at once, some records later, or hours later. */
function repeating() {
  const values = [...simulate({ seed: 5, until: '2026-03-01T00:00:00Z', days: 2, users: 60 })].map(
    ({ value }) => value,
  );
  const log: string[] = [];
  values.forEach((value, index) => {
    log.push(value);
    if (index % 3 === 0) log.push(values[Math.max(0, index - [0, 5, 40, 400][(index / 3) % 4]!)]!);
  });
  return log.map((value, index) => ({ partition: index % 7 === 0 ? 1 : 0, value }));
}

async function duplicatesOf({ pool, source }: Project): Promise<string[]> {
  const { rows } = await pool.query<{ place: string }>(
    `SELECT kafka_partition || '/' || kafka_offset AS place FROM events."${source.replaceAll('-', '_')}" WHERE duplicate`,
  );
  return rows.map(({ place }) => place).sort();
}
