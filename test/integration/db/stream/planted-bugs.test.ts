import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { foldMicroBatch } from '../../../../activities/stream/fold-micro-batch.ts';
import type * as EntityLocks from '../../../../db/commits/entity-locks.ts';
import { loadStreamEngine } from '../../../../db/engine/load-engine.ts';
import type * as Cursors from '../../../../db/log/cursors.ts';
import { readCursors } from '../../../../db/log/cursors.ts';
import type * as CommitMicroBatch from '../../../../db/stream/commit-micro-batch.ts';
import { NOTHING_SEEN } from '../../../../domain/log/deduplication.ts';
import { streamDifferences } from '../../../support/expectations/stream-differences.ts';
import { createProjectCursors } from '../../../support/projects/commit.ts';
import { produce, readLog } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

type Commit = typeof CommitMicroBatch;

/** The bug to plant in the commit. Undefined: none. */
const planted: {
  movedCursors?: ((client: { query(statement: string): Promise<unknown> }) => Promise<void>) | undefined;
  locks?: (() => Promise<void>) | undefined;
} = {};
let commitMicroBatch: Commit['commitMicroBatch'];

/** The commit in a copy of its own, whose modules have the bugs. */
beforeAll(async () => {
  vi.doMock('../../../../db/log/cursors.ts', async (original) => {
    const real = await original<typeof Cursors>();
    const moveCursors: typeof real.moveCursors = async (client, source, moves) => {
      await real.moveCursors(client, source, moves);
      await planted.movedCursors?.(client);
    };
    return { ...real, moveCursors };
  });
  vi.doMock('../../../../db/commits/entity-locks.ts', async (original) => {
    const real = await original<typeof EntityLocks>();
    const lockEntities: typeof real.lockEntities = (...args) =>
      planted.locks?.() ?? real.lockEntities(...args);
    return { ...real, lockEntities };
  });
  const copyOf = (path: string): Promise<object> => import(`${path}?planted`);
  vi.doMock('../../../../db/tables/merge-into-table.ts', () =>
    copyOf('../../../../db/tables/merge-into-table.ts'),
  );
  ({ commitMicroBatch } = (await copyOf('../../../../db/stream/commit-micro-batch.ts')) as Commit);
  for (const path of ['log/cursors.ts', 'commits/entity-locks.ts', 'tables/merge-into-table.ts'])
    vi.doUnmock(`../../../../db/${path}`);
});

beforeEach(() => Object.assign(planted, { movedCursors: undefined, locks: undefined }));
afterEach(() => Object.assign(planted, { movedCursors: undefined, locks: undefined }));

test('without a bug, the ledger check and the oracle report nothing', async () => {
  await withEvents(async (project) => {
    await commitNext(project, 0, 1);
    await Promise.all([commitNext(project, 0, 1), commitNext(project, 1, 2)]);
    expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
  });
});

test.each([
  { when: 'in the first micro-batch', before: 0 },
  { when: 'in a later micro-batch', before: 1 },
])(
  'the ledger check and the oracle report offsets that are committed before their rows when a kill $when follows',
  async ({ before }) => {
    await withEvents(async (project) => {
      if (before > 0) await commitNext(project, 0, before);
      planted.movedCursors = async (client) => {
        await client.query('COMMIT');
        throw new Error('killed');
      };
      await expect(commitNext(project, 0, 1)).rejects.toThrow('killed');
      planted.movedCursors = undefined;
      const { ledger } = await streamDifferences(project);
      expect(ledger.join('\n')).toMatch(/^cursor, partition 0: /m);
      if (before === 0) await commitNext(project, 0, 1);
      await commitNext(project, 1, 2);
      const found = await streamDifferences(project);
      expect(found.ledger.join('\n')).toMatch(/^cursor, partition 0: /m);
      expect(found.rows.join('\n')).toMatch(/^raw/m);
      expect(found.rows.join('\n')).toMatch(/^expected /m);
    });
  },
);

test("the oracle reports a shard's update that is lost because entities are not locked", async () => {
  await withEvents(async (project) => {
    await commitNext(project, 0, 1);
    let arrived = 0;
    let release: () => void;
    const bothHere = new Promise<void>((resolve) => (release = resolve));
    planted.locks = () => {
      arrived += 1;
      if (arrived === 2) release();
      return bothHere;
    };
    await Promise.all([commitNext(project, 0, 1), commitNext(project, 1, 2)]);
    const { rows } = await streamDifferences(project);
    expect(rows.join('\n')).toMatch(/^expected /m);
  });
});

test.each([
  { what: 'a field', wrong: "user_id = 'v'" },
  { what: 'an event time', wrong: "event_ts = event_ts + interval '1 microsecond'" },
  { what: 'a watermark', wrong: 'watermark = NULL' },
])('the oracle reports a raw event with $what that is wrong', async ({ wrong }) => {
  await withEvents(async (project) => {
    await commitNext(project, 0, 2);
    await commitNext(project, 1, 2);
    expect(await streamDifferences(project)).toEqual({ ledger: [], rows: [] });
    await project.pool.query(
      `UPDATE events."${project.source.replaceAll('-', '_')}" SET ${wrong} WHERE kafka_partition = 1 AND kafka_offset = 1`,
    );
    const { rows } = await streamDifferences(project);
    expect(rows.join('\n')).toMatch(/^raw 3: expected 1\/1 .*, found 1\/1 /);
  });
});

/** Commits the next records of a partition, as a shard does. */
async function commitNext({ pool, kafka, source }: Project, partition: number, count: number): Promise<void> {
  const engine = await loadStreamEngine(pool, source);
  const cursors = new Map((await readCursors(pool, source)).map((cursor) => [cursor.partition, cursor]));
  const from = cursors.get(partition)!.nextOffset;
  const to = from + BigInt(count);
  const log = await readLog(kafka, source);
  const records = log
    .filter((record) => record.partition === partition && record.offset >= from && record.offset < to)
    .map((record) => ({ ...record, key: null }));
  const read = { records, before: [], ranges: [{ partition, from, to }] };
  const { batch, entries } = await foldMicroBatch(engine, read, cursors, NOTHING_SEEN);
  await commitMicroBatch(pool, engine, batch, entries);
}

/** Two partitions with two events each, all of one user, in one hour. */
async function withEvents(test: (project: Project) => Promise<void>): Promise<void> {
  await withProject({ source: { topicPartitions: 2 } }, async (project) => {
    const now = Date.now();
    const messages = [0, 0, 1, 1].map((partition, index) => ({
      partition,
      value: JSON.stringify({ user_id: 'u', event_ts: new Date(now - index).toISOString() }),
    }));
    await produce(project.kafka, project.source, messages);
    await createProjectCursors(project, 2);
    await test(project);
  });
}
