import { expect, test } from 'vitest';
import { raiseRevisions } from '../../../../db/commits/source-revisions.ts';
import { type RegisteredEngine, loadStreamEngine } from '../../../../db/engine/load-engine.ts';
import { type LedgerEntry, NO_RECORDS } from '../../../../db/log/ledger.ts';
import { type Pool, inTransaction } from '../../../../db/sql/client.ts';
import { commitMicroBatch } from '../../../../db/stream/commit-micro-batch.ts';
import type { AggregateFeature } from '../../../../domain/registry/definition.ts';
import { userActivityFeatures } from '../../../../examples/churn/definitions/user-activity-features.ts';
import { eventually } from '../../../support/expectations/eventually.ts';
import { readWindows } from '../../../support/expectations/tables.ts';
import { createProjectCursors, records } from '../../../support/projects/commit.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const NOON = '2026-03-01T12:01:00Z';
const FIRST = { partition: 0, from: 0 };

test('of several attempts at the same offsets one commits, and the others write nothing', async () => {
  await withEngine(1, async (project, engine) => {
    const events = [{ user_id: 'a', event_ts: NOON }];
    const attempts = await Promise.allSettled([1, 2, 3].map(() => commit(project, engine, FIRST, events)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === 'rejected')
        expect(attempt.reason).toMatchObject({ code: 'ASOF_CURSOR_MOVED', kind: 'conflict' });
    }
    const rows = [...(await readWindows(project.pool)).values()];
    expect(rows.map(({ event_count_1h }) => event_count_1h)).toEqual([1, 1, 1, 1]);
  });
});

test('a micro-batch that was folded with definitions that have changed since then writes nothing', async () => {
  await withEngine(1, async (project, engine) => {
    const { pool, source } = project;
    const events = [{ user_id: 'a', event_ts: NOON }];
    const { refused } = await inTransaction(pool, async (client) => {
      await raiseRevisions(client, [source, 'another-source']);
      const refused = expect(commit(project, engine, FIRST, events)).rejects.toMatchObject({
        code: 'ASOF_DEFINITIONS_CHANGED',
        kind: 'conflict',
      });
      await eventually('a commit that waits for the change', () => waitsForLock(pool));
      return { refused };
    });
    await refused;
    expect((await readWindows(pool)).size).toBe(0);
    await commit(project, await loadStreamEngine(pool, source), FIRST, events);
    expect((await readWindows(pool)).size).toBe(4);
  });
});

test('concurrent writes to the same windows lose no update', async () => {
  await withEngine(8, async (project, engine) => {
    const events = Array.from({ length: 40 }, (_, user) => ({
      user_id: `u${user}`,
      event_ts: NOON,
      session_id: 's',
    }));
    const partitions = Array.from({ length: 8 }, (_, partition) => partition);
    await Promise.all(partitions.map((partition) => commit(project, engine, { partition, from: 0 }, events)));
    const rows = [...(await readWindows(project.pool)).values()];
    expect(rows).toHaveLength(40 * 4);
    expect(
      new Set(rows.map(({ event_count_1h, session_count_1h }) => `${event_count_1h} ${session_count_1h}`)),
    ).toEqual(new Set(['8 1']));
    const { rows: writes } = await project.pool.query<{ sequence: string; in_order: boolean }>(
      'SELECT sequence, known_at >= lag(known_at, 1, known_at) OVER (ORDER BY sequence) AS in_order FROM asof.writes ORDER BY sequence',
    );
    expect(writes).toEqual(partitions.map((index) => ({ sequence: String(index + 1), in_order: true })));
  });
});

test('a changed row leaves its previous version in the history, and an unchanged row keeps its write', async () => {
  await withEngine(1, async (project, engine) => {
    await commit(project, engine, FIRST, [{ user_id: 'a', event_ts: NOON, platform: 'web' }]);
    await commit(project, engine, { partition: 0, from: 1 }, [
      { user_id: 'a', event_ts: '2026-03-01T12:20:00Z', platform: 'ios' },
    ]);
    const versions = async (relation: string) =>
      (
        await project.pool
          .query(`SELECT to_char(feature_ts, 'HH24:MI') AS at, event_count_1h AS n, last_platform, w.sequence
        FROM ${relation} JOIN asof.writes AS w USING (write_id) ORDER BY feature_ts`)
      ).rows as object[];
    expect(await versions('features.user_activity_features')).toEqual([
      { at: '12:15', n: '1', last_platform: 'web', sequence: '1' },
      { at: '12:30', n: '2', last_platform: 'ios', sequence: '2' },
      { at: '12:45', n: '2', last_platform: 'ios', sequence: '2' },
      { at: '13:00', n: '2', last_platform: 'ios', sequence: '2' },
      { at: '13:15', n: '1', last_platform: 'ios', sequence: '2' },
    ]);
    expect(await versions('history.user_activity_features')).toEqual(
      ['12:30', '12:45', '13:00'].map((at) => ({ at, n: '1', last_platform: 'web', sequence: '1' })),
    );
  });
});

test('a row names the features that hold more values than are counted exactly, and so do its versions', async () => {
  const [count] = userActivityFeatures.definition.features.filter(({ name }) => name === 'session_count_1h');
  const sessions = { ...count!, name: 'sessions', exactUpTo: 1_024 } as AggregateFeature;
  const perSession = { name: 'double', expression: { op: 'multiply', of: ['sessions', 2] } } as const;
  const features = [sessions, { ...sessions, name: 'sessions_15m', over: '15 minutes' }, perSession];
  const table = { ...userActivityFeatures.definition, name: 'limited', features };
  await withProject({ source: { topicPartitions: 1 }, tables: [table] }, async (project) => {
    await createProjectCursors(project, 1);
    const events = (from: number, many: number) =>
      Array.from({ length: many }, (_, index) => ({
        user_id: 'a',
        event_ts: from === 0 ? NOON : '2026-03-01T12:20:00Z',
        session_id: `session ${from + index}`,
      }));
    const engine = () => loadStreamEngine(project.pool, project.source);
    const first = await commit(project, await engine(), FIRST, events(0, 1_024));
    const second = await commit(project, await engine(), { partition: 0, from: 1_024 }, events(1_024, 1));
    const third = await commit(project, await engine(), { partition: 0, from: 1_025 }, events(1_025, 1_024));
    expect([first, second, third]).toMatchObject([
      { rows: 4 + 4, approximate: 0 },
      { approximate: 3 },
      { approximate: 4 },
    ]);
    const versions = async (room: string) =>
      (
        await project.pool.query<{ at: string; approximate_features: string[] | null }>(
          `SELECT to_char(feature_ts, 'HH24:MI') AS at, approximate_features FROM ${room}.limited ORDER BY feature_ts, write_id`,
        )
      ).rows.map(({ at, approximate_features: names }) => `${at} ${names?.join(' ') ?? '-'}`);
    expect(await versions('features')).toEqual([
      '12:15 -',
      '12:30 sessions sessions_15m double',
      '12:45 sessions double',
      '13:00 sessions double',
      '13:15 sessions double',
    ]);
    expect(await versions('history')).toEqual([
      ...['12:30 -', '12:30 sessions double', '12:45 -', '12:45 sessions double'],
      ...['13:00 -', '13:00 sessions double', '13:15 -'],
    ]);
  });
});

test('moments far from now and texts of every kind are read back unchanged', async () => {
  await withEngine(1, async (project, engine) => {
    const texts = ['"', '\\', '{}', ',', 'NULL', '', ' ', '\n', 'π🛒', "'; DROP TABLE x; --"];
    const moments = [
      '0000-01-01T00:00:00.000001Z',
      '0001-06-01T00:00:00Z',
      '1969-12-31T23:59:59.999999Z',
      NOON,
    ];
    const events = [
      ...texts.map((text) => ({
        user_id: `user ${text}`,
        event_ts: NOON,
        session_id: text,
        platform: text,
        revenue: 0.1,
      })),
      ...moments.map((event_ts) => ({ user_id: event_ts, event_ts })),
    ];
    await commit(project, engine, FIRST, events);
    const { rows } = await project.pool.query<{ user_id: string; session_id: string | null; at: string }>(
      `SELECT user_id, session_id, (extract(epoch FROM event_ts) * 1000000)::bigint AS at
       FROM events."${project.source.replaceAll('-', '_')}" ORDER BY kafka_offset`,
    );
    expect(rows.slice(0, texts.length).map(({ session_id }) => session_id)).toEqual(texts);
    expect(rows.slice(texts.length).map(({ at }) => at)).toEqual([
      '-62167219199999999',
      String(Date.parse('0001-06-01T00:00:00Z') * 1000),
      '-1',
      String(Date.parse(NOON) * 1000),
    ]);
  });
});

/** Commits events of one partition, the first at offset `from`. */
async function commit(
  { pool }: Project,
  engine: RegisteredEngine,
  { partition, from }: { readonly partition: number; readonly from: number },
  events: readonly object[],
) {
  const batch = engine.fold(records(partition, from, events), new Map());
  const entry: LedgerEntry = {
    partition,
    from: BigInt(from),
    to: BigInt(from + events.length),
    ...NO_RECORDS,
    raw: batch.raw.length,
    deadLetters: batch.deadLetters.length,
    late: batch.late.length,
    watermark: batch.watermarks.get(partition),
  };
  return commitMicroBatch(pool, engine, batch, [entry]);
}

/** Whether a transaction of this database waits for a lock. */
async function waitsForLock(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ waits: boolean }>(
    'SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON oid = database WHERE datname = current_database() AND NOT granted) AS waits',
  );
  return rows[0]!.waits;
}

async function withEngine(
  partitions: number,
  work: (project: Project, engine: RegisteredEngine) => Promise<void>,
) {
  await withProject({ source: { topicPartitions: partitions, maxBehind: 'none' } }, async (project) => {
    await createProjectCursors(project, partitions);
    await work(project, await loadStreamEngine(project.pool, project.source));
  });
}
