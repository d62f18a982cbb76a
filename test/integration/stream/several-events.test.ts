import { expect, test } from 'vitest';
import { applyDefinition } from '../../../db/apply/apply-definition.ts';
import { raiseRevisions } from '../../../db/commits/source-revisions.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { inTransaction } from '../../../db/sql/client.ts';
import type { EventSourceDefinition } from '../../../domain/registry/definition.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { definitionSet } from '../../../schemas/definitions/definition-set.ts';
import { EXAMPLE_FIELDS } from '../../oracle/acceptance.ts';
import {
  EXAMPLE,
  MINUTE,
  type OracleFields,
  type OracleOptions,
  type OraclePlace,
} from '../../oracle/log.ts';
import { expectOracle } from '../../support/expectations/expect-oracle.ts';
import { runWithFaults } from '../../support/faults/faulted-run.ts';
import { randomDay } from '../../support/faults/random-log.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';
import { LIST_AT, inLists } from '../../support/records/in-lists.ts';

const SEED = Number(process.env.ASOF_FAULT_SEED ?? Date.now() % 1_000_000);
const PARTITIONS = 3;
const SENT_AT = {
  name: 'sent_at',
  type: 'decimal',
  required: false,
  from: { envelope: ['sentAt'] },
} as const;

const FLAG = { name: 'flag', type: 'boolean', required: false, from: ['revenue'] } as const;

const source = {
  topicPartitions: PARTITIONS,
  explode: LIST_AT,
  fields: [...userEvents.definition.fields, SENT_AT],
} as const;
const rules: OracleOptions = {
  ...EXAMPLE,
  listAt: LIST_AT,
  fieldsAt: (): OracleFields => ({ ...EXAMPLE_FIELDS, sent_at: SENT_AT }),
};

test(`a random mix of records with several events gives the rows of the oracle, and a clean ledger (seed ${SEED})`, async () => {
  const foreign = {
    tombstones: 'skip',
    where: { op: 'not', of: { op: 'equals', field: 'event_type', value: 'view' } },
  } as const;
  await withProject({ source: { ...source, ...foreign } }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, log(0));
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest', maxRecords: 40 });
      const expected = await expectOracle(project, {
        ...rules,
        skipsTombstones: true,
        isFor: {
          fields: ['event_type'],
          holds: (valueOf) => valueOf('event_type') !== null && valueOf('event_type') !== 'view',
        },
      });
      expect(expected.late.length).toBeGreaterThan(0);
      const { partitions } = await stream.check();
      const total = (of: 'raw' | 'deadLetters' | 'skipped' | 'emptyLists' | 'tombstones') =>
        partitions.reduce((sum, partition) => sum + partition[of], 0);
      expect({ raw: total('raw'), deadLetters: total('deadLetters'), skipped: total('skipped') }).toEqual({
        raw: expected.raw.length,
        deadLetters: expected.deadLetters.length,
        skipped: expected.skipped.length,
      });
      for (const count of ['emptyLists', 'tombstones', 'deadLetters'] as const)
        expect(total(count), count).toBeGreaterThan(0);
    }),
  );
}, 300_000);

const once = { by: ['user_id', 'event_type', 'event_ts'], within: '1 day' };

test.each([
  ['each once', undefined],
  ['and repeat each other', once],
])(
  `dead letters of records and of elements are replayed at their places, %s (seed ${SEED})`,
  async (_, deduplicate) => {
    // First the source knows of no lists, then it has a field that revenues do not fit, then all fits.
    const replayRules: OracleOptions = {
      ...rules,
      ...(deduplicate && {
        deduplicate: {
          keyOf: ({ user_id, event_type, event_ts }) =>
            event_type === null ? null : `${user_id} ${event_type} ${event_ts}`,
          within: 24n * 60n * MINUTE,
        },
      }),
    };
    const plain = { ...source, explode: undefined, fields: userEvents.definition.fields };
    await withProject({ source: { ...plain, invalid: 'dead_letter', deduplicate } }, (project) =>
      project.withWorkers(1, async () => {
        const stream = project.asof.stream(project.source);
        const first = log(1);
        await produce(project.kafka, project.source, first);
        await stream.readToHead({ from: 'earliest' });
        const { partitions } = await stream.check();
        expect(partitions.reduce((sum, { deadLetters }) => sum + deadLetters, 0)).toBe(first.length);

        await change(project, { explode: LIST_AT, fields: [...source.fields, FLAG] });
        await stream.deadLetters.replay();
        const strictRules: OracleOptions = {
          ...replayRules,
          rejectsUnfit: true,
          fieldsAt: () => ({ ...rules.fieldsAt!(NOWHERE), flag: FLAG }),
        };
        const ends = await headsOf(project);
        const wasFirst = ({ partition, offset }: OraclePlace): boolean => offset < ends.get(partition)!;
        await expectOracle(project, { ...strictRules, wasReplayed: wasFirst });

        await produce(project.kafka, project.source, log(2));
        await stream.readToHead({ from: 'earliest' });
        const elements = await countElements(project);
        expect(elements).toBeGreaterThan(20);
        await change(project, { fields: source.fields });
        const { replayed } = await stream.deadLetters.replay();
        expect(replayed).toBeGreaterThan(20);
        const hasRevenue = ({ value, index = 0 }: OraclePlace) =>
          (elementOf(value, index).revenue ?? null) !== null;
        const { raw } = await expectOracle(project, {
          ...replayRules,
          rejectsUnfit: true,
          wasReplayed: (place) => wasFirst(place) || hasRevenue(place),
          takenAt: (place) => (hasRevenue(place) ? 2 : wasFirst(place) ? 0 : 1),
        });
        expect(raw.some(({ duplicate }) => duplicate)).toBe(deduplicate !== undefined);
        expect(await stream.deadLetters.replay()).toMatchObject({ replayed: 0, rows: 0 });
      }),
    );
  },
  300_000,
);

test(`dead letters of elements keep their places when the source no longer has lists (seed ${SEED})`, async () => {
  const fields = [...userEvents.definition.fields, FLAG];
  const before = { topicPartitions: PARTITIONS, explode: LIST_AT, invalid: 'dead_letter' } as const;
  await withProject({ source: { ...before, fields } }, (project) =>
    project.withWorkers(1, async () => {
      await produce(project.kafka, project.source, log(4));
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });
      await change(project, { explode: undefined, fields: userEvents.definition.fields });
      const { replayed } = await stream.deadLetters.replay();
      expect(replayed).toBeGreaterThan(20);
      const { raw } = await expectOracle(project, {
        ...EXAMPLE,
        listAt: LIST_AT,
        rejectsUnfit: true,
        wasReplayed: ({ value, index = 0 }) => (elementOf(value, index).revenue ?? null) !== null,
      });
      expect(raw.some(({ kafka_index, revenue }) => kafka_index > 0 && revenue !== null)).toBe(true);
      expect(await stream.deadLetters.replay()).toMatchObject({ replayed: 0, rows: 0 });
    }),
  );
}, 300_000);

test('elements that keep more of their records than one statement sends are stored, by the stream and by a replay', async () => {
  const bytes = 16_000;
  const value = JSON.stringify({ note: 'x'.repeat(bytes), batch: Array.from({ length: 500 }, () => 7) });
  const records = Array.from({ length: 2 }, () => ({ partition: 0, value }));
  const plain = { ...source, explode: undefined, fields: userEvents.definition.fields };
  await withProject({ source: plain }, (project) =>
    project.withWorkers(1, async () => {
      const stream = project.asof.stream(project.source);
      await produce(project.kafka, project.source, records);
      await stream.readToHead({ from: 'earliest' });
      await change(project, { explode: LIST_AT, fields: source.fields });
      expect(await stream.deadLetters.replay()).toMatchObject({ replayed: 0, remaining: 1_000 });
      await produce(project.kafka, project.source, records);
      await stream.readToHead({ from: 'earliest' });
      await expectOracle(project, rules);
      const { rows } = await project.pool.query(`
        SELECT count(*)::int AS elements, min(octet_length(envelope)) > ${bytes} AS whole
        FROM events.dead_letters WHERE is_element AND reason = 'not_an_object'`);
      expect(rows).toEqual([{ elements: 2_000, whole: true }]);
    }),
  );
}, 300_000);

test('an event that the database refuses is a dead letter at its place; the others of its record go on', async () => {
  await withProject({ source }, (project) =>
    project.withWorkers(1, async () => {
      const { pool, kafka } = project;
      await produce(kafka, project.source, [
        ...log(3),
        {
          partition: 0,
          value: JSON.stringify(Array.from({ length: 30 }, (_, at) => event(at, at % 7 === 3))),
        },
        { partition: 0, value: JSON.stringify({ batch: [event(1, true)] }) },
        { partition: 0, value: JSON.stringify(Array.from({ length: 30 }, (_, at) => event(at, true))) },
        { partition: 0, value: JSON.stringify([event(2, false)]) },
      ]);
      const table = `events."${project.source.replaceAll('-', '_')}"`;
      await pool.query(`ALTER TABLE ${table} ADD CONSTRAINT refusal CHECK (event_type <> 'refused')`);
      const stream = project.asof.stream(project.source);
      await stream.readToHead({ from: 'earliest' });
      const { rows } = await pool.query<{ place: string }>(`
        SELECT kafka_index || CASE WHEN is_element THEN '' ELSE ' whole' END AS place
        FROM events.dead_letters WHERE reason = 'unstorable' ORDER BY kafka_offset, kafka_index`);
      expect(rows.map(({ place }) => place)).toEqual(['3', '10', '17', '24', '0', '0 whole']);
      expect((await stream.check()).violations).toEqual([]);

      await pool.query(`ALTER TABLE ${table} DROP CONSTRAINT refusal`);
      expect(await stream.deadLetters.replay({ reason: 'unstorable' })).toMatchObject({
        replayed: 5 + 30,
        remaining: 0,
      });
      const { raw } = await expectOracle(project, {
        ...rules,
        wasReplayed: ({ value, index = 0 }) => 'isRefused' in elementOf(value, index),
      });
      expect(raw.filter(({ event_type }) => event_type === 'refused')).toHaveLength(35);
    }),
  );
}, 300_000);

test(`kills of workers leave the rows of the oracle (ASOF_FAULT_SEED=${SEED})`, async () => {
  const { deaths, differences } = await runWithFaults({
    seed: SEED,
    users: 20,
    rules: { ...EXAMPLE, listAt: LIST_AT },
    workers: 2,
    dooms: [
      { point: 'after raw', nth: 1 },
      { point: 'committed', nth: 2 },
      { point: 'while reading', nth: 1 },
    ],
    source: { topicPartitions: PARTITIONS, late: 'keep', explode: LIST_AT },
    input: { shards: 2, maxRecords: 20, trigger: '1 second' },
    restarts: [],
  });
  expect(deaths.size).toBeGreaterThan(0);
  expect(differences).toEqual({ ledger: [], rows: [] });
}, 600_000);

const NOWHERE = { partition: 0, offset: 0n, kafkaTs: null, value: null };

function log(day: number) {
  return inLists(randomDay(SEED, day, PARTITIONS, 20), SEED + day);
}

function event(second: number, isRefused: boolean): object {
  return {
    user_id: `u_${second}`,
    event_type: isRefused ? 'refused' : 'cart',
    ...(isRefused && { isRefused }),
    event_ts: new Date(Date.UTC(2026, 0, 9) + second * 1_000).toISOString(),
  };
}

/** An element of the list that a record holds. */
function elementOf(value: Uint8Array | null, index: number): Record<string, unknown> {
  type Elements = Record<string, unknown>[];
  const json = JSON.parse(Buffer.from(value!).toString()) as Elements | { batch: Elements };
  return (Array.isArray(json) ? json : json.batch)[index]!;
}

async function change(
  { pool, source: name }: Project,
  changed: Partial<EventSourceDefinition>,
): Promise<void> {
  const set = definitionSet([{ ...(await loadRegistry(pool)).source(name), ...changed }]);
  await inTransaction(pool, async (client) => {
    await raiseRevisions(client, [name]);
    await applyDefinition(client, set.source(name), 'change', set);
  });
}

async function headsOf({ pool }: Project): Promise<Map<number, bigint>> {
  const { rows } = await pool.query<{ partition: number; next: string }>(
    'SELECT kafka_partition AS partition, next_offset AS next FROM asof.stream_cursors',
  );
  return new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]));
}

async function countElements({ pool }: Project): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    'SELECT count(*)::int FROM events.dead_letters WHERE is_element',
  );
  return rows[0]!.count;
}
