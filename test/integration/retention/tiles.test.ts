import { expect, test } from 'vitest';
import { loadTableEngine } from '../../../db/engine/load-engine.ts';
import { createCursors } from '../../../db/log/cursors.ts';
import { ledgerViolations } from '../../../db/log/ledger-check.ts';
import { loadRegistry } from '../../../db/registry/registry.ts';
import { raiseFloor } from '../../../db/retention/raise-floors.ts';
import { removeRowsBefore } from '../../../db/retention/source.ts';
import { raiseTileFloor, removeTilesBelowFloor } from '../../../db/retention/tiles.ts';
import { mergeNextLateEvents } from '../../../db/stream/backfill/merge-late-events.ts';
import { parseInstant } from '../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { disorderedEvents } from '../../support/projects/backfill.ts';
import { commitEvents, createProjectCursors } from '../../support/projects/commit.ts';
import { type Project, type ProjectOverrides, withProject } from '../../support/projects/project.ts';

const table = 'user_activity_features';
/** The same table without a retention of tiles: both must have the same rows. */
const COMPLETE = 'complete_activity_features';
/** The same features over windows with a tail, without and with all tiles. */
const LONG = 'long_activity_features';
const COMPLETE_LONG = 'complete_long_activity_features';
const long = {
  ...userActivityFeatures.definition,
  window: { length: '100 minutes', slide: '1 minute', tail: '20 minutes' },
};
const tables = [{ ...userActivityFeatures.definition, name: COMPLETE }];
const longTables = [
  { ...long, name: LONG, retention: { tiles: '0 days' } },
  { ...long, name: COMPLETE_LONG },
];
const PAIRS = [
  [table, COMPLETE],
  [LONG, COMPLETE_LONG],
] as const;
const overrides: ProjectOverrides = {
  source: { topicPartitions: 3 },
  retention: { tiles: '0 days' },
  tables,
};

const events = disorderedEvents(0, 1_500, 4).map(
  ({ value }) => JSON.parse(value as string) as { event_ts: string },
);

test('a table without old tiles has the rows of one with all tiles, also after late merges and with a new partition', async () => {
  await withProject({ ...overrides, tables: [...tables, ...longTables] }, async (project) => {
    await createProjectCursors(project, 2);
    let removed = 0;
    for (let at = 0; at < 1_200; at += 100) {
      await commitEvents(project, (at / 100) % 2, Math.floor(at / 200) * 100, events.slice(at, at + 100));
      if (at % 400 === 300) for (const name of PAIRS.flat()) await mergeAll(project, name);
      if (at % 300 === 200) removed += (await removeTiles(project)) + (await removeTiles(project, LONG));
      for (const [one, whole] of PAIRS) expect(await rows(project, one)).toEqual(await rows(project, whole));
    }
    expect(removed).toBeGreaterThan(100);

    const [first] = await tileStarts(project);
    await createCursors(project.pool, project.source, [{ partition: 2, offset: 0n }]);
    for (const [offset, { event_ts }] of events.slice(0, 60).entries()) {
      await commitEvents(project, 2, offset, [{ ...events[1_200 + offset], event_ts }]);
      expect(event_ts < first!).toBe(true);
    }
    expect((await tileStarts(project))[0]).toBe(first);
    for (const name of PAIRS.flat()) await mergeAll(project, name);
    for (const [one, whole] of PAIRS) expect(await rows(project, one)).toEqual(await rows(project, whole));
    expect(await violations(project)).toEqual([]);
  });
});

test('tiles are held for events that may still come, and the result names their partition', async () => {
  await withProject(overrides, async (project) => {
    await createProjectCursors(project, 2);
    await commitEvents(project, 0, 0, [event('2026-02-10T10:05:00Z'), event('2026-03-01T09:00:00Z')]);
    const idle = await run(project, { dryRun: true });
    expect(idle).toMatchObject({ removed: 0, held: { rows: 2 } });
    expect(idle?.held?.why).toMatch(/no event of partition 1 has been read, and its first may enter any/);
    expect(await run(project, {})).toEqual(idle);

    await commitEvents(project, 1, 0, [event('2026-02-20T10:05:00Z', 'b')]);
    const dry = await run(project, { dryRun: true });
    expect(dry).toMatchObject({ removed: 1, held: { rows: 2 } });
    expect(dry?.held?.why).toMatch(/^the watermark of partition 1 is 2026-02-20T09:55:00\.000000Z, and its/);
    expect(await tileStarts(project)).toHaveLength(3);
    expect(await run(project, {})).toEqual(dry);
    expect(await tileStarts(project)).toEqual(['2026-02-20T10:00', '2026-03-01T09:00']);
    expect(await chunks(project)).toEqual(await chunks(project, '2026-02-15'));

    await commitEvents(project, 1, 1, [event('2026-03-01T09:00:00Z', 'b')]);
    expect(await run(project, { at: '2026-02-20T10:14:59Z' })).toEqual({ removed: 0, held: null });
    expect(await run(project, {})).toMatchObject({ removed: 1, held: { rows: 2 } });
    await commitEvents(project, 0, 2, [event('2026-02-20T10:05:00Z', 'b')]);
    expect(await rows(project)).toEqual(await rows(project, COMPLETE));
    expect(await tileStarts(project)).toHaveLength(2);
  });
});

test('an event of a new partition below the floors is listed as late and makes no row that is too small', async () => {
  await withProject(overrides, async (project) => {
    const { pool, source } = project;
    await createProjectCursors(project, 2);
    for (const partition of [0, 1]) {
      await commitEvents(project, partition, 0, [
        event('2026-02-10T10:05:00Z'),
        event('2026-03-01T09:00:00Z'),
      ]);
    }
    await raiseFloor(pool, source, parseInstant('2026-02-10T10:30:00Z')!);
    const cutoff = parseInstant('2026-02-10T10:30:00Z')!;
    expect(await removeRowsBefore(pool, (await loadRegistry(pool)).source(source), 'raw', cutoff)).toBe(2);
    expect(await removeTiles(project)).toBe(1);
    const before = await rows(project);

    await createCursors(pool, source, [{ partition: 2, offset: 0n }]);
    await commitEvents(project, 2, 0, [event('2026-02-10T10:35:00Z'), event('2026-03-01T09:10:00Z')]);
    const { rows: listed } = await pool.query(
      `SELECT feature_table, watermark::text, (upper(missed_windows) - lower(missed_windows))::text AS missed FROM events.late_events`,
    );
    expect(listed).toEqual([
      { feature_table: table, watermark: '2026-02-10 11:15:00+00', missed: '00:30:00' },
    ]);
    const windows = (of: readonly { feature_ts: string; event_count_1h: number }[]) =>
      of.filter(({ feature_ts }) => feature_ts < '2026-02-11').map((row) => row.event_count_1h);
    expect(windows(before)).toEqual([2, 2, 2, 2]);
    expect(windows(await rows(project))).toEqual([2, 2, 2, 2, 1]);
    expect(await violations(project)).toEqual([]);

    expect(await merge(project)).toMatchObject({ merged: 0 });
    const refused: unknown = await merge(project, '2026-02-10T10:35:00Z').catch((error: unknown) => error);
    expect(String(refused)).toMatch(
      /needs tiles of 'user_activity_features' that retention has removed.*11:15/,
    );
    expect(await merge(project, '2026-02-10T11:15:00Z')).toMatchObject({ merged: 0 });
  });
});

function event(event_ts: string, user_id = 'a') {
  return { user_id, event_ts };
}

async function removeTiles({ pool }: Project, name = table): Promise<number> {
  const { table: compiled } = await loadTableEngine(pool, name);
  await raiseTileFloor(pool, compiled.definition, parseInstant('2026-03-01T12:00:00Z')!);
  let removed = 0;
  for (let some = 1; some > 0; removed += some) some = await removeTilesBelowFloor(pool, compiled.definition);
  return removed;
}

async function mergeAll({ pool }: Project, name: string): Promise<void> {
  for (let left = true; left;) {
    const tableEngine = await loadTableEngine(pool, name);
    left = (await mergeNextLateEvents(pool, tableEngine, { from: null, to: null }, 10)) !== undefined;
  }
}

function merge(project: Project, from?: string): Promise<object> {
  return project.withWorkers(1, () => project.asof.table(table).backfill({ from }));
}

async function run(project: Project, input: { readonly dryRun?: boolean; readonly at?: string }) {
  const { removals } = await project.withWorkers(1, () => project.asof.retention.run(input));
  const { removed, held } = removals.find(({ retained }) => retained === 'tiles')!;
  return { removed, held };
}

async function violations({ pool, source }: Project): Promise<object[]> {
  return ledgerViolations(pool, (await loadRegistry(pool)).source(source));
}

interface Row {
  readonly feature_ts: string;
  readonly event_count_1h: number;
}

async function rows({ pool }: Project, name = table): Promise<Row[]> {
  const { rows: found } = await pool.query<{ row: Row }>(
    `SELECT to_jsonb(row) - 'write_id' AS row FROM features.${name} AS row ORDER BY feature_ts, user_id`,
  );
  return found.map(({ row }) => row);
}

async function tileStarts({ pool }: Project): Promise<string[]> {
  const { rows: tiles } = await pool.query<{ start: string }>(
    `SELECT to_char(tile_start, 'YYYY-MM-DD"T"HH24:MI') AS start FROM tiles.${table} ORDER BY 1`,
  );
  return tiles.map(({ start }) => start);
}

/** The chunks of the table's tiles, or those that end after a moment. */
async function chunks({ pool }: Project, after = '-infinity'): Promise<object[]> {
  const { rows: found } = await pool.query<object>(
    `SELECT range_start FROM timescaledb_information.chunks
     WHERE hypertable_schema = 'tiles' AND hypertable_name = $1 AND range_end > $2 ORDER BY 1`,
    [table, after],
  );
  return found;
}
