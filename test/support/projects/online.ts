import sql from 'sql-template-tag';
import { type SyncOptions, syncOnlineTable } from '../../../activities/online/sync-online-table.ts';
import { type Redis, connectRedis } from '../../../adapters/redis/client.ts';
import { RedisOnlineReader } from '../../../adapters/redis/online-reader.ts';
import { beginWrite, sealWrite } from '../../../db/commits/writes.ts';
import { loadStreamEngine } from '../../../db/engine/load-engine.ts';
import { findOnlineTable } from '../../../db/online/online-tables.ts';
import { register } from '../../../db/registry/registry.ts';
import { type Pool, inTransaction } from '../../../db/sql/client.ts';
import { microsExpression } from '../../../db/sql/timestamp.ts';
import { writeFeatureRows } from '../../../db/tables/feature-rows.ts';
import { type Instant, parseInstant } from '../../../domain/time/instant.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { onlineTable } from '../../../schemas/definitions/online-table.ts';
import type { SyncReceipt } from '../../../schemas/workflows/refresh-online-table.ts';
import { stackEnvironment } from '../../../stack/index.ts';
import { type Project, withProject } from './project.ts';

export const ACTIVITY = userActivityFeatures.definition.name;

export interface OnlineProject extends Project {
  readonly redis: Redis;
  readonly reader: RedisOnlineReader;
}

/** A window row of the example's table: its user, its end, and the number of its events. */
export interface Window {
  readonly user: string;
  readonly end: Instant;
  readonly events: number;
  readonly platform?: string | null;
}

/** The URL of a Redis database that no other test uses. */
export function onlineRedisUrl(): string {
  return `${stackEnvironment().REDIS_URL!}/9`;
}

/**
 * Runs a test on a project with an online table of the activity features; empties the store unless `reuse`.
 */
export async function withOnlineProject(
  test: (project: OnlineProject) => Promise<void>,
  { reuse = false }: { reuse?: boolean } = {},
): Promise<void> {
  await withProject({}, async (project) => {
    await inTransaction(project.pool, (client) =>
      register(client, onlineTable({ table: userActivityFeatures }).definition),
    );
    const redis = await connectRedis(onlineRedisUrl());
    if (!reuse) await redis.flushdb();
    try {
      await test({ ...project, redis, reader: new RedisOnlineReader(redis) });
    } finally {
      redis.disconnect();
    }
  });
}

/** Writes windows as the stream does: in one write, with a new version of each row that changes. */
export async function writeWindows({ pool, source }: Project, windows: readonly Window[]): Promise<void> {
  const engine = await loadStreamEngine(pool, source);
  const rows = windows.map(({ user, end, events, platform = 'web' }) => ({
    key: [user],
    end,
    values: [events, events * 1.5, 1, 1, 0, platform, 0, 0],
    approximate: [],
  }));
  await inTransaction(pool, async (client) => {
    const writeId = await beginWrite(client);
    const { rows: stored } = await client.query<{ id: string }>(
      `SELECT user_id || ' ' || ${microsExpression('feature_ts')} AS id FROM features.user_activity_features`,
    );
    const isStored = ({ key, end }: (typeof rows)[number]) =>
      stored.some(({ id }) => id === `${key[0]} ${end}`);
    const upserts = { created: rows.filter((row) => !isStored(row)), changed: rows.filter(isStored) };
    const write = { client, engine, table: engine.tables[0]!, writeId };
    await writeFeatureRows(write, upserts);
    await sealWrite(client, writeId, { kind: 'stream', subject: source });
  });
}

/** Removes a user's windows, as a batch whose query no longer gives them: moves them to the history. */
export async function removeWindows({ pool, source }: Project, user: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    const writeId = await beginWrite(client);
    await client.query(sql`
      WITH removed AS (DELETE FROM features.user_activity_features WHERE user_id = ${user} RETURNING *)
      INSERT INTO history.user_activity_features SELECT *, ${writeId}::bigint FROM removed`);
    await sealWrite(client, writeId, { kind: 'batch', subject: source });
  });
}

/** Runs one sync as of the moment `now`. */
export async function syncAt(
  { pool, redis }: { pool: Pool; redis: Redis },
  now: Instant,
  options: Partial<SyncOptions> = {},
): Promise<SyncReceipt> {
  return syncOnlineTable(pool, { redis }, await findOnlineTable(pool, ACTIVITY), {
    owner: 'test',
    snapshot: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...options,
    asOf: now,
  });
}

export function at(time: string): Instant {
  return parseInstant(`2026-03-01T${time}Z`)!;
}
