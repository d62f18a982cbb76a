import sql, { raw } from 'sql-template-tag';
import { type DayTile, dayOf, tileId } from '../../../domain/batch/day-tiles.ts';
import type { TileState } from '../../../domain/batch/tile-plan.ts';
import { readFloor } from '../../engine/floors.ts';
import type { Client, Queryable } from '../../sql/client.ts';
import { microsExpression } from '../../sql/timestamp.ts';
import type { Batch } from '../load-batch.ts';

/** What is known of the days of a batch table's source, and of its tiles. */
export async function readTileState(
  db: Queryable,
  { table, source }: Pick<Batch, 'table' | 'source'>,
): Promise<TileState> {
  const changed = await db.query<{ day: number; sequence: string }>(sql`
    SELECT day, max(coalesce(sequence, 0)) AS sequence
    FROM asof.event_days LEFT JOIN asof.writes USING (write_id) WHERE source = ${source.name} GROUP BY day`);
  const made = await db.query<{ level: number; day: number; sequence: string }>(sql`
    SELECT level, first_day AS day, sequence_seen AS sequence FROM asof.day_tiles WHERE feature_table = ${table.name}`);
  const listed = await db.query<{ from: string | null }>(sql`
    SELECT ${raw(microsExpression('raw_from'))} AS from FROM asof.listed_days WHERE source = ${source.name}`);
  const runs = await db.query<{ at: string }>(sql`
    SELECT ${raw(microsExpression('logical_time'))} AS at FROM asof.batch_runs
    WHERE feature_table = ${table.name} ORDER BY logical_time`);
  const listedFrom = listed.rows[0]?.from ?? null;
  return {
    changed: new Map(changed.rows.map(({ day, sequence }) => [day, BigInt(sequence)])),
    made: new Map(
      made.rows.map(({ level, day, sequence }) => [tileId({ level, firstDay: day }), BigInt(sequence)]),
    ),
    listedFrom: listedFrom === null ? undefined : BigInt(listedFrom),
    floor: await readFloor(db, source.name),
    computed: runs.rows.map(({ at }) => dayOf(BigInt(at))),
  };
}

/** Records that a tile is made, from all writes up to a sequence. */
export async function recordTile(
  client: Client,
  table: string,
  { level, firstDay }: DayTile,
  sequenceSeen: string,
): Promise<void> {
  await client.query(sql`
    INSERT INTO asof.day_tiles (feature_table, level, first_day, sequence_seen)
    VALUES (${table}, ${level}, ${firstDay}, ${sequenceSeen})
    ON CONFLICT (feature_table, level, first_day) DO UPDATE SET sequence_seen = excluded.sequence_seen`);
}
