import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../db/sql/client.ts';
import { type CpuShares, cpuSharesSince, cpuTimes } from '../measure/cpu.ts';
import { centile } from '../measure/statistics.ts';
import { kafkaClient } from './asof/project.ts';

/** The time from just before an event is produced until a query in Postgres sees a row of it. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly events: number;
  readonly cpu: CpuShares;
}

export interface Trickle {
  readonly events: number;
  /** The number of events before the measured ones. */
  readonly warmUp: number;
  readonly gapMs: number;
}

const POLL_MS = 20;
const GIVE_UP_MS = 120_000;

/**
 * Sends an event of a new user to the topic every `gapMs`, and looks for its row in the table every 20 ms.
 */
export async function measureLatency(
  topic: string,
  { pool, table }: { pool: Pool; table: string },
  { events, warmUp, gapMs }: Trickle,
): Promise<Latency> {
  const sent = new Map<string, number>();
  const seen = new Map<string, number>();
  const producer = kafkaClient().producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const before = cpuTimes();
  const looking = untilSeen(pool, table, seen, warmUp + events);
  for (let index = 0; index < warmUp + events; index += 1) {
    const user = `u_${index}`;
    const event = { user_id: user, event_type: 'view', session_id: 's', platform: 'web' };
    const value = JSON.stringify({ ...event, event_ts: new Date().toISOString() });
    sent.set(user, performance.now());
    await producer.send({ topic, messages: [{ key: user, value }] });
    await delay(Math.max(0, sent.get(user)! + gapMs - performance.now()));
  }
  await looking;
  await producer.disconnect();
  const lags = [...sent].slice(warmUp).map(([user, at]) => seen.get(user)! - at);
  return {
    p50Ms: Math.round(centile(lags, 0.5)),
    p99Ms: Math.round(centile(lags, 0.99)),
    maxMs: Math.round(Math.max(...lags)),
    events: lags.length,
    cpu: cpuSharesSince(before),
  };
}

async function untilSeen(pool: Pool, table: string, seen: Map<string, number>, count: number): Promise<void> {
  let newest = performance.now();
  while (seen.size < count) {
    const { rows } = await pool.query<{ user_id: string }>(`SELECT DISTINCT user_id FROM ${table}`);
    const now = performance.now();
    for (const { user_id } of rows) {
      if (seen.has(user_id)) continue;
      seen.set(user_id, now);
      newest = now;
    }
    if (now - newest > GIVE_UP_MS) {
      throw new Error(
        `no new row for ${GIVE_UP_MS / 1000} s; ${seen.size} of ${count} events were seen in ${table}`,
      );
    }
    await delay(POLL_MS);
  }
}
