import type { Message } from 'kafkajs';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import type { Project } from './project.ts';

/** The example's table under another name; the same events must give it the same rows. */
export const LATER = 'later_activity_features';

/**
 * Events of some users over some hours, without keys and far out of order, so that many are late. The same
 * seed gives the same events.
 */
export function disorderedEvents(seed: number, count: number, users = 12): Message[] {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const start = Date.parse('2026-03-01T00:00:00Z') + seed * 3_600_000;
  return Array.from({ length: count }, (_, index) => ({
    value: JSON.stringify({
      user_id: `u${random(users)}`,
      event_type: random(3) === 0 ? 'purchase' : 'view',
      revenue: random(10_000) / 100,
      session_id: `s${random(5)}`,
      product_id: `p${random(9)}`,
      platform: ['ios', 'web', 'android'][random(3)],
      event_ts: new Date(
        start + index * 20_000 - random(random(4) === 0 ? 7_200_000 : 300_000),
      ).toISOString(),
    }),
  }));
}

/** Applies {@link LATER} and an online table of it, beside the definitions that exist. */
export async function applyLaterTable({ asof, source }: Project): Promise<void> {
  const later = { ...userActivityFeatures.definition, name: LATER, source };
  const online = { kind: 'online_table', name: LATER, table: LATER } as const;
  await asof.apply([...(await asof.definitions()), later, online]);
}

/** Tiles and rows that only one of two tables has; the ids of their writes are not compared. */
export async function differencesOf({ pool }: Project, one: string, other: string): Promise<object[]> {
  const contents = (table: string): Promise<[string[], string[]]> =>
    Promise.all([
      texts(`SELECT user_id, tile_start, admitted_from, partials::text FROM tiles.${table}`),
      texts(`SELECT to_jsonb(row) - 'write_id' AS row FROM features.${table} AS row`),
    ]);
  const texts = async (query: string): Promise<string[]> =>
    (await pool.query(query)).rows.map((row) => JSON.stringify(row)).sort();
  const [a, b] = [await contents(one), await contents(other)];
  return a.flatMap((texts, index) => {
    const [left, right] = [new Set(texts), new Set(b[index])];
    return [
      ...texts.filter((text) => !right.has(text)).map((only) => ({ [one]: only })),
      ...b[index]!.filter((text) => !left.has(text)).map((only) => ({ [other]: only })),
    ];
  });
}

export interface ListedLate {
  readonly event: string;
  readonly merged: boolean;
}

/** The late list of a table in the order of places, and whether each event was merged. */
export async function listedLate({ pool }: Project, table: string): Promise<ListedLate[]> {
  const { rows } = await pool.query<ListedLate>(
    `SELECT kafka_partition || '/' || kafka_offset || ' ' || key::text || ' ' || missed_windows::text AS event,
            merged_by IS NOT NULL AS merged
     FROM events.late_events WHERE feature_table = $1 ORDER BY kafka_partition, kafka_offset`,
    [table],
  );
  return rows;
}
