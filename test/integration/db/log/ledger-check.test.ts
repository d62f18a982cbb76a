import { expect, test } from 'vitest';
import { createTopics } from '../../../../adapters/kafka/create-topics.ts';
import { deleteTopics, withAdmin } from '../../../../adapters/kafka/topics.ts';
import { ledgerViolations } from '../../../../db/log/ledger-check.ts';
import { loadRegistry } from '../../../../db/registry/registry.ts';
import type { Queryable } from '../../../../db/sql/client.ts';
import { commitEvents, createProjectCursors } from '../../../support/projects/commit.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const NOON = '2026-03-01T12:01:00Z';
const LONG_BEFORE = '2026-02-01T12:01:00Z';
const good = { user_id: 'a', event_ts: NOON };
const bad = { event_ts: NOON };
const late = { user_id: 'a', event_ts: LONG_BEFORE };

test('a correct ledger has no violations, also after rows have expired', async () => {
  await withLedger(async (project, raw) => {
    expect(await violations(project)).toEqual([]);
    await project.pool.query(`
      WITH gone AS (DELETE FROM ${raw} WHERE kafka_offset < 2), gone_dead_letters AS (DELETE FROM events.dead_letters)
      UPDATE asof.offset_ledger SET expired = 3 WHERE from_offset = 0`);
    await project.pool.query(`
      WITH gone AS (DELETE FROM events.late_events) UPDATE asof.offset_ledger SET expired_late = 1 WHERE from_offset = 4`);
    expect(await violations(project)).toEqual([]);
  });
});

test('rows that another write stored in their range and late events that a backfill listed are no violations', async () => {
  await withLedger(async (project, raw) => {
    await project.pool.query(`UPDATE ${raw} SET write_id = 1000 WHERE kafka_offset = 0`);
    await project.pool.query(`INSERT INTO events.late_events
      SELECT source, kafka_partition, 0, feature_table, key, event_ts, watermark, missed_windows, 1000 FROM events.late_events`);
    expect(await violations(project)).toEqual([]);
  });
});

test('every planted fault is reported, and nothing else', async () => {
  await withLedger(async (project, raw) => {
    for (const [fault, { sql, found }] of Object.entries(faults)) {
      const client = await project.pool.connect();
      try {
        await client.query('BEGIN');
        await client.query(sql(raw));
        expect(await violations(project, client), fault).toEqual(found);
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    }
    const { rowCount } = await project.pool.query('DELETE FROM asof.writes WHERE sequence = 2');
    expect(rowCount).toBe(1);
    expect(await violations(project)).toEqual([
      expect.stringMatching(/^unsealed 0: write \d+ is not behind/),
    ]);
  });
});

test('the check reports where the ledger and Kafka contradict each other', async () => {
  await withProject({ source: { topicPartitions: 2 } }, async (project) => {
    const { source, kafka } = project;
    const kinds = async () =>
      (await project.asof.stream(source).check()).violations.map(
        ({ kind, partition }) => `${kind} ${partition}`,
      );
    await produce(
      kafka,
      source,
      [0, 1].flatMap((partition) =>
        Array.from({ length: 3 }, () => ({ partition, value: JSON.stringify(good) })),
      ),
    );
    await createProjectCursors(project, 2);
    await commitEvents(project, 0, 0, [good, good, good]);
    expect(await kinds()).toEqual([]);
    await withAdmin(kafka, async (admin) => {
      await admin.fetchTopicOffsets(source);
      await admin.deleteTopicRecords({ topic: source, partitions: [{ partition: 1, offset: '2' }] });
    });
    expect(await kinds()).toEqual(['deleted_unread 1']);
    await commitEvents(project, 0, 3, [good]);
    expect(await kinds()).toEqual(['beyond_head 0', 'deleted_unread 1']);
    await deleteTopics(kafka, [source]);
    await createTopics(kafka, [{ name: source, partitions: 1 }]);
    expect(await kinds()).toEqual(['beyond_head 0', 'no_partition 1']);
  });
});

/** What each planted fault does to the tables, and everything that the check reports for it. */
const faults: Record<string, { sql: (raw: string) => string; found: string[] }> = {
  'a raw event is gone': {
    sql: (raw) => `DELETE FROM ${raw} WHERE kafka_offset = 1`,
    found: ['raw 0: offsets [0, 4): the ledger says 3, the table has 2 rows'],
  },
  'a raw event is there twice': {
    sql: (raw) => `INSERT INTO ${raw} SELECT * FROM ${raw} WHERE kafka_offset = 1`,
    found: [
      'raw 0: offsets [0, 4): the ledger says 3, the table has 4 rows',
      'twice 0: 1 rows are at a place that is taken, the first at offset 1: each is a raw event or a dead letter, once',
    ],
  },
  'a raw event takes the offset of another': {
    sql: (raw) => `UPDATE ${raw} SET kafka_offset = 0 WHERE kafka_offset = 1`,
    found: [
      'twice 0: 1 rows are at a place that is taken, the first at offset 0: each is a raw event or a dead letter, once',
    ],
  },
  'a record is a raw event and a dead letter': {
    sql: () => `UPDATE events.dead_letters SET kafka_offset = 3`,
    found: [
      'twice 0: 1 rows are at a place that is taken, the first at offset 3: each is a raw event or a dead letter, once',
    ],
  },
  'an event is marked as a duplicate and was not counted as one': {
    sql: (raw) => `UPDATE ${raw} SET duplicate = true WHERE kafka_offset = 1`,
    found: ['duplicates 0: offsets [0, 4): the ledger says 0, the table has 1 rows'],
  },
  'a dead letter is gone': {
    sql: () => 'DELETE FROM events.dead_letters',
    found: ['dead_letters 0: offsets [0, 4): the ledger says 1, the table has 0 rows'],
  },
  'rows lie beyond the ledger': {
    sql: (raw) => `UPDATE ${raw} SET kafka_offset = kafka_offset + 100 WHERE kafka_offset >= 4`,
    found: [
      'outside 0: 3 raw events and 0 dead letters lie in no range, at offsets 104 to 106',
      'raw 0: offsets [4, 7): the ledger says 3, the table has 0 rows',
    ],
  },
  'a row is in a partition that was never read': {
    sql: (raw) => `UPDATE ${raw} SET kafka_partition = 9 WHERE kafka_offset = 0`,
    found: [
      'raw 0: offsets [0, 4): the ledger says 3, the table has 2 rows',
      'outside 9: 1 raw events and 0 dead letters lie in no range, at offsets 0 to 0',
    ],
  },
  'a late event is gone from the list': {
    sql: () => 'DELETE FROM events.late_events',
    found: [
      'late 0: offsets [4, 7): the ledger says 1, of which 0 expired; the list has 0 events, at offsets  to ',
    ],
  },
  'more late events than were counted': {
    sql: () => 'UPDATE asof.offset_ledger SET late = 0',
    found: [
      'late 0: offsets [4, 7): the ledger says 0, of which 0 expired; the list has 1 events, at offsets 5 to 5',
    ],
  },
  'more rows are gone than expired': {
    sql: (raw) => `WITH gone AS (DELETE FROM ${raw} WHERE kafka_offset < 2)
      UPDATE asof.offset_ledger SET expired = 1 WHERE from_offset = 0`,
    found: [
      'expired 0: offsets [0, 4): the ledger says 4 raw events and dead letters, of which 1 expired; the tables have 2 rows',
    ],
  },
  'a count is below zero': {
    sql: () => 'UPDATE asof.offset_ledger SET skipped = -1, raw = raw + 1 WHERE from_offset = 0',
    found: [
      'count 0: offsets [0, 4): raw 4, duplicates 0, dead_letters 1, skipped -1, of which filtered 0, tombstones 0 and empty_lists 0, extra_places 0, lost 0, late 0, expired 0, expired_late 0 cannot be',
      'raw 0: offsets [0, 4): the ledger says 4, the table has 3 rows',
    ],
  },
  'more rows expired than there were': {
    sql: () => 'UPDATE asof.offset_ledger SET expired = 9 WHERE from_offset = 4',
    found: [
      'count 0: offsets [4, 7): raw 3, duplicates 0, dead_letters 0, skipped 0, of which filtered 0, tombstones 0 and empty_lists 0, extra_places 0, lost 0, late 1, expired 9, expired_late 0 cannot be',
      'expired 0: offsets [4, 7): the ledger says 3 raw events and dead letters, of which 9 expired; the tables have 3 rows',
    ],
  },
  'a range is missing': {
    sql: () => 'DELETE FROM asof.offset_ledger WHERE from_offset = 4',
    found: [
      'cursor 0: the cursor went from 0 to 7, the ledger from 0 to 4',
      'outside 0: 3 raw events and 0 dead letters lie in no range, at offsets 4 to 6',
    ],
  },
  'ranges with a gap between them': {
    sql: () => 'UPDATE asof.offset_ledger SET from_offset = 5, raw = 2 WHERE from_offset = 4',
    found: [
      'gap 0: a range begins at 5, the one before it ended at 4',
      'outside 0: 1 raw events and 0 dead letters lie in no range, at offsets 4 to 4',
    ],
  },
  'ranges that overlap': {
    sql: () => `UPDATE asof.offset_ledger SET to_offset = 5, skipped = 1 WHERE from_offset = 0`,
    found: ['overlap 0: a range begins at 4, the one before it ended at 5'],
  },
  'a cursor that moved before the rows': {
    sql: () => 'UPDATE asof.stream_cursors SET next_offset = 9',
    found: ['cursor 0: the cursor went from 0 to 9, the ledger from 0 to 7'],
  },
  'no cursor': {
    sql: () => 'DELETE FROM asof.stream_cursors',
    found: ['cursor 0: the ledger ends at 7, and there is no cursor'],
  },
};

/** Two micro-batches of partition 0: offsets [0, 4) with a dead letter, and [4, 7) with a late event. */
async function withLedger(test: (project: Project, raw: string) => Promise<void>): Promise<void> {
  await withProject({ source: { topicPartitions: 1 } }, async (project) => {
    await createProjectCursors(project, 1);
    await commitEvents(project, 0, 0, [good, good, bad, good]);
    await commitEvents(project, 0, 4, [good, late, good]);
    await test(project, `events."${project.source.replaceAll('-', '_')}"`);
  });
}

async function violations({ pool, source }: Project, db: Queryable = pool): Promise<string[]> {
  const found = await ledgerViolations(db, (await loadRegistry(pool)).source(source));
  return found.map(({ kind, partition, detail }) => `${kind} ${partition}: ${detail}`);
}
