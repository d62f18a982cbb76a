import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  batchTable,
  count,
  eventSource,
  lastVector,
  max,
  meanVector,
  mostFrequent,
  optional,
  referenceTable,
  required,
} from 'asof';
import { commitBatch } from '../../../db/batch/commit-batch.ts';
import { loadBatch } from '../../../db/batch/load-batch.ts';
import { beginWrite, sealWrite } from '../../../db/commits/writes.ts';
import { insertRawEvents } from '../../../db/log/insert-raw-events.ts';
import { type Pool, inTransaction } from '../../../db/sql/client.ts';
import type { Event } from '../../../domain/log/event.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instant.ts';
import { transactionFeatures } from '../../../examples/churn/definitions/transaction-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import { userProfileFeatures } from '../../../examples/churn/definitions/user-profile-features.ts';
import { queriedProfile, queriedTransactions } from '../../support/definitions/queried-tables.ts';
import { applyAlso, readEvents, write } from '../../support/projects/batch-project.ts';
import { produce } from '../../support/projects/log.ts';
import { type Project, withProject } from '../../support/projects/project.ts';

const LAST = '2026-03-01T00:00:00Z';
const DAY = 86_400_000;
const PAIRS = [
  [userProfileFeatures.definition, queriedProfile.definition],
  [transactionFeatures.definition, queriedTransactions.definition],
] as const;

const moments = fc
  .tuple(
    fc.oneof(fc.integer({ min: -1, max: 120 }), fc.constantFrom(30, 31, 90, 91, 400)),
    fc.constantFrom(0, 1, 86_399_999, 43_000_000),
  )
  .map(([days, millis]) => new Date(Date.parse(LAST) - days * DAY + millis).toISOString());

const events = fc.array(
  fc.record({
    user_id: fc.integer({ min: 1, max: 12 }).map((user) => `u_${user}`),
    event_type: fc.constantFrom('purchase', 'purchase', 'view', null),
    product_id: fc.constantFrom('p_1', 'p_2', 'p_3', 'p_4', 'no row', null),
    revenue: fc.constantFrom(0.1, 0.2, 1e15, -1e15, 1e-300, 19.99, null),
    event_ts: moments,
  }),
  { minLength: 40, maxLength: 40 },
);

const users = fc.uniqueArray(
  fc.record({
    user_id: fc.integer({ min: 1, max: 12 }).map((user) => `u_${user}`),
    signed_up_at: fc.option(moments),
    subscription_tier: fc.constantFrom('free', 'plus', null),
    valid_from: moments,
  }),
  { selector: ({ user_id, valid_from }) => `${user_id} ${valid_from}`, minLength: 10, maxLength: 20 },
);

const products = fc.uniqueArray(
  fc.record({
    product_id: fc.constantFrom('p_1', 'p_2', 'p_3', 'p_4'),
    category: fc.constantFrom('a', 'B', 'é', '', null),
    valid_from: moments,
  }),
  { selector: ({ product_id, valid_from }) => `${product_id} ${valid_from}`, minLength: 10, maxLength: 20 },
);

const times = fc.array(fc.integer({ min: -1, max: 110 }), { minLength: 3, maxLength: 5 });

test('rows from day tiles are those of the same features by SQL, in any order of events and logical times', async () => {
  await withTables(async (project) => {
    const { pool, kafka, source } = project;
    await project.withWorkers(1, async () => {
      const batches = fc.sample(fc.tuple(events, users, products, times), { seed: 2026, numRuns: 6 });
      let rows = 0;
      for (const [log, userRows, productRows, days] of batches) {
        await produce(
          kafka,
          source,
          log.map((event) => ({ value: JSON.stringify(event) })),
        );
        await readEvents(project);
        await write(project, 'users', userRows);
        await write(project, 'products', productRows);
        for (const day of days) rows += await expectAlike(pool, Date.parse(LAST) - day * DAY);
      }
      expect(rows).toBeGreaterThan(200);
      const levels = await pool.query<{ level: number }>(
        'SELECT DISTINCT level FROM asof.day_tiles WHERE feature_table = $1 ORDER BY 1',
        [transactionFeatures.definition.name],
      );
      expect(levels.rows.map(({ level }) => level)).toEqual(expect.arrayContaining([0, 1, 2, 3]));
    });
  });
});

test('a run makes the tiles of days that are new or changed, and no others', async () => {
  await withTables(async (project) => {
    const { pool } = project;
    await project.withWorkers(1, async () => {
      await purchases(project, ['2026-02-02T10:00:00Z', '2026-02-03T10:00:00Z', '2026-02-20T23:59:59Z']);
      expect(await tilesMadeAt(pool, LAST)).toEqual([
        ['2026-02-02', 7],
        ['2026-02-03', 6],
        ['2026-02-20', 5],
        ['2026-01-31', 4],
        ['2026-02-20', 3],
        ['2026-01-27', 2],
        ['2026-02-12', 1],
      ]);
      expect(await tilesMadeAt(pool, LAST)).toEqual([]);
      await purchases(project, ['2026-03-01T10:00:00Z']);
      expect(await tilesMadeAt(pool, LAST)).toEqual([]);
      expect((await tilesMadeAt(pool, '2026-03-02T00:00:00Z')).map(([day]) => day)).toContain('2026-03-01');
      await purchases(project, ['2026-02-03T11:00:00Z']);
      expect((await tilesMadeAt(pool, '2026-02-04T00:00:00Z')).map(([day]) => day)).toEqual([
        '2026-02-03',
        '2026-01-31',
        '2026-01-27',
      ]);
      await expectAlike(pool, Date.parse('2026-03-02T00:00:00Z'));
    });
  });
});

test('an event whose write commits after a run, with an earlier id, changes its day', async () => {
  await withTables(async (project) => {
    const { pool } = project;
    await project.withWorkers(1, () => purchases(project, ['2026-02-02T10:00:00Z', '2026-02-03T10:00:00Z']));
    const source = { ...userEvents.definition, name: project.source };
    await inTransaction(pool, async (client) => {
      const writeId = await beginWrite(client);
      const late = eventOf('2026-02-02T12:00:00Z');
      const raw = [{ event: late, watermark: undefined, duplicate: false }];
      await insertRawEvents(client, source, raw, { writeId, writer: 'replay' });
      expect(await tilesMadeAt(pool, LAST)).not.toEqual([]);
      await sealWrite(client, writeId, { kind: 'replay', subject: project.source });
    });
    expect((await tilesMadeAt(pool, LAST)).map(([day]) => day)).toContain('2026-02-02');
    await expectAlike(pool, Date.parse(LAST));
  });
});

test('a run whose session ends in the middle leaves nothing, and the next one computes everything', async () => {
  await withTables(async (project) => {
    const { pool } = project;
    await project.withWorkers(1, () => purchases(project, ['2026-02-02T10:00:00Z', '2026-02-03T10:00:00Z']));
    const batch = await loadBatch(pool, transactionFeatures.definition.name);
    const ended: Promise<unknown>[] = [];
    const run = commitBatch(pool, batch, parseInstant(LAST)!, (_, left) => {
      if (left === 1) ended.push(endOtherSessions(pool));
    });
    await expect(run).rejects.toThrow();
    await Promise.all(ended);
    const { rows } = await pool.query<{ tiles: number; made: number; rows: number }>(
      `SELECT (SELECT count(*)::int FROM tiles.transaction_features) AS tiles,
              (SELECT count(*)::int FROM asof.day_tiles) AS made,
              (SELECT count(*)::int FROM features.transaction_features) AS rows`,
    );
    expect(rows).toEqual([{ tiles: 0, made: 0, rows: 0 }]);
    expect(await expectAlike(pool, Date.parse(LAST))).toBe(2);
  });
});

test('what retention removes stays in the tiles; a day without tiles that may be gone is refused', async () => {
  await withTables(async (project) => {
    const { pool } = project;
    await project.withWorkers(1, async () => {
      await purchases(project, ['2026-02-02T10:00:00Z', '2026-02-10T10:00:00Z', '2026-02-20T10:00:00Z']);
      await tilesMadeAt(pool, '2026-02-15T00:00:00Z');
      await removeBefore(pool, project.source, '2026-02-14T00:00:00Z');
      const counts = async (at: string): Promise<unknown> => {
        await tilesMadeAt(pool, at);
        const { rows } = await pool.query<{ n: number }>(
          'SELECT purchase_count_30d::int AS n FROM features.transaction_features WHERE feature_ts = $1',
          [at],
        );
        return rows.map(({ n }) => n);
      };
      expect(await counts(LAST)).toEqual([3]);
      // Late for a day that has no raw events any more, or had none when it was read.
      await purchases(project, ['2026-02-10T11:00:00Z', '2026-02-11T11:00:00Z', '2026-02-16T11:00:00Z']);
      expect(await counts(LAST)).toEqual([4]);
      expect(await counts('2026-02-15T00:00:00Z')).toEqual([2]);

      await removeBefore(pool, project.source, '2026-02-17T00:00:00Z');
      expect(await counts('2026-02-18T00:00:00Z')).toEqual([3]);
      await purchases(project, ['2026-03-03T11:00:00Z']);
      await removeBefore(pool, project.source, '2026-03-04T00:00:00Z');
      await expect(tilesMadeAt(pool, '2026-03-05T00:00:00Z')).rejects.toMatchObject({
        code: 'ASOF_BELOW_RETENTION',
        kind: 'input',
        message: expect.stringMatching(/before day tiles were made of them. Nothing was written/) as string,
      });
      expect(await counts(LAST)).toEqual([4]);
      await expect(
        commitBatch(pool, await loadBatch(pool, 'user_profile_features'), parseInstant(LAST)!),
      ).rejects.toMatchObject({ code: 'ASOF_BELOW_RETENTION' });
    });
  });
});

test('tables of vectors, of keys that are called as parts of tiles, and joined by two keys are right on the servers', async () => {
  const taste = { name: 'taste', type: 'double[]', required: false, length: 2 } as const;
  const level = { name: 'level', type: 'string', required: false } as const;
  const fields = [...userEvents.definition.fields, taste, level];
  await withProject({ source: { fields } }, async (project) => {
    const { pool, kafka, source } = project;
    const events = eventSource({
      name: source,
      entity: 'user_id',
      eventTime: 'event_ts',
      fields: {
        ...userEvents.fields,
        taste: optional('double[]', { length: 2 }),
        level: optional('string'),
      },
    });
    const shelves = referenceTable({
      name: 'shelves',
      primaryKeys: ['platform', 'product_id'],
      fields: {
        platform: required('string'),
        product_id: required('string'),
        aisle: optional('string'),
        opened_at: optional('timestamp'),
      },
    });
    const levels = batchTable({
      name: 'levels',
      source: events,
      references: [shelves],
      primaryKeys: ['level'],
      schedule: '0 0 * * *',
      features: {
        last_taste: lastVector('taste', { over: '30 days' }),
        mean_taste: meanVector('taste', { over: 'lifetime' }),
        events: count({ over: 'lifetime' }),
        aisle: mostFrequent('shelves.aisle', { over: 'lifetime' }),
        opened_at: max('shelves.opened_at', { over: '30 days' }),
      },
    });
    await project.asof.apply([...(await project.asof.definitions()), shelves, levels]);
    await write(project, 'shelves', [
      { platform: 'web', product_id: 'p_1', aisle: 'a', opened_at: LAST, valid_from: '2026-01-01T00:00:00Z' },
      { platform: 'web', product_id: 'p_2', aisle: 'b', opened_at: null, valid_from: '2026-01-01T00:00:00Z' },
      { platform: 'app', product_id: 'p_1', aisle: 'b', opened_at: null, valid_from: '2026-01-01T00:00:00Z' },
    ]);
    const produced = (
      event_ts: string,
      level: string | null,
      taste: readonly number[] | null,
      [platform, product_id]: readonly [string | null, string | null] = [null, null],
    ) => ({
      key: 'a',
      value: JSON.stringify({
        user_id: 'a',
        event_type: 'view',
        event_ts,
        level,
        taste,
        platform,
        product_id,
      }),
    });
    await project.withWorkers(1, async () => {
      await produce(kafka, source, [
        produced('2026-01-02T10:00:00Z', 'one', [1, -1], ['web', 'p_2']),
        produced('2026-02-10T10:00:00Z', 'one', [0.1, 1e15], ['app', 'p_1']),
        produced('2026-02-10T11:00:00Z', 'one', [1, 2, 3], ['web', 'p_1']),
        produced('2026-02-10T11:30:00Z', 'one', null, [null, 'p_1']),
        produced('2026-02-11T10:00:00Z', 'two', null),
        produced('2026-02-11T10:00:00Z', 'é'.repeat(600), [1, 1]),
        produced('2026-02-11T10:00:00Z', null, [1, 1]),
        ...Array.from({ length: 300 }, (_, n) => produced('2026-02-12T10:00:00Z', `n ${n}`, [n, -n])),
      ]);
      await readEvents(project);
      const rowsAt = async () => {
        await commitBatch(pool, await loadBatch(pool, 'levels'), parseInstant(LAST)!);
        const { rows } = await pool.query<{ level: string }>(
          `SELECT level, last_taste, mean_taste, events::int, aisle, opened_at FROM features.levels WHERE feature_ts = '${LAST}'`,
        );
        return new Map(rows.map(({ level, ...row }) => [level, row]));
      };
      const rows = await rowsAt();
      expect(rows.size).toBe(302);
      expect(rows.get('one')).toEqual({
        last_taste: [0.1, 1e15],
        mean_taste: [0.55, 499_999_999_999_999.5],
        events: 4,
        aisle: 'b',
        opened_at: Date.parse(LAST) / 1000,
      });
      expect(rows.get('two')).toMatchObject({ last_taste: null, mean_taste: null, events: 1, aisle: null });
      expect(rows.get('n 299')).toMatchObject({
        last_taste: [299, -299],
        mean_taste: [299, -299],
        events: 1,
      });

      // One late event changes the tiles of its day, and those that are merged from them.
      await produce(kafka, source, [produced('2026-02-12T12:00:00Z', 'one', [0.2, 0])]);
      await readEvents(project);
      const later = await rowsAt();
      expect(later.size).toBe(302);
      expect(later.get('one')).toMatchObject({ last_taste: [0.2, 0], events: 5, aisle: 'b' });
      expect(later.get('n 7')).toMatchObject({ last_taste: [7, -7], mean_taste: [7, -7], events: 1 });
    });
  });
});

/** A project with the example's batch tables, from day tiles and by SQL. */
async function withTables(run: (project: Project) => Promise<void>): Promise<void> {
  await withProject({}, async (project) => {
    await applyAlso(project, PAIRS.flat());
    await run(project);
  });
}

/** Computes both pairs of tables as of a time, and expects their rows to be the same to the last bit. */
async function expectAlike(pool: Pool, time: number): Promise<number> {
  const at = BigInt(time) * 1000n;
  let rows = 0;
  for (const [tiled, queried] of PAIRS) {
    await commitBatch(pool, await loadBatch(pool, tiled.name), at);
    await commitBatch(pool, await loadBatch(pool, queried.name), at);
    const columns = ['user_id', ...tiled.features.map(({ name }) => name)].join();
    const rowsOf = (table: string) =>
      `SELECT ${columns} FROM features.${table} WHERE feature_ts = '${formatInstant(at)}'`;
    const differ = await pool.query(
      `(${rowsOf(tiled.name)} EXCEPT ALL ${rowsOf(queried.name)})
       UNION ALL (${rowsOf(queried.name)} EXCEPT ALL ${rowsOf(tiled.name)})`,
    );
    expect(differ.rows, formatInstant(at)).toEqual([]);
    rows += (await pool.query(rowsOf(tiled.name))).rowCount!;
  }
  return rows;
}

/** Computes `transaction_features`. Resolves to the first days of the tiles that were made, and how many were left. */
async function tilesMadeAt(pool: Pool, at: string): Promise<[day: string, left: number][]> {
  const made: [string, number][] = [];
  const batch = await loadBatch(pool, transactionFeatures.definition.name);
  await commitBatch(pool, batch, parseInstant(at)!, (day, left) => {
    made.push([formatInstant(day).slice(0, 10), left]);
  });
  return made;
}

async function purchases(project: Project, moments: readonly string[]): Promise<void> {
  const { kafka, source } = project;
  await produce(
    kafka,
    source,
    moments.map((event_ts) => ({
      key: 'a',
      value: JSON.stringify({ user_id: 'a', event_type: 'purchase', revenue: 1, event_ts }),
    })),
  );
  await readEvents(project);
}

function eventOf(moment: string): Event {
  const eventTs = parseInstant(moment)!;
  const given: Record<string, string | bigint> = {
    user_id: 'a',
    event_type: 'purchase',
    event_ts: eventTs,
  };
  return {
    partition: 0,
    offset: 0n,
    index: 1,
    kafkaTs: eventTs,
    eventTs,
    values: userEvents.definition.fields.map(({ name }) => given[name] ?? null),
  };
}

async function removeBefore(pool: Pool, source: string, before: string): Promise<void> {
  await pool.query(
    `WITH floor AS (
       INSERT INTO asof.retention_floors (source, raw_from) VALUES ($1, $2)
       ON CONFLICT (source) DO UPDATE SET raw_from = excluded.raw_from RETURNING raw_from)
     DELETE FROM events."${source.replaceAll('-', '_')}" USING floor WHERE event_ts < raw_from`,
    [source, before],
  );
}

async function endOtherSessions(pool: Pool): Promise<void> {
  await pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid() AND usename = current_user`,
  );
}
