import type { Message } from 'kafkajs';
import { simulate } from '../../../simulator/index.ts';
import { randomFor } from '../../../simulator/random.ts';

const DAY = 86_400_000;

/**
 * A day's records, the n-th of a stream, with late, repeated and malformed ones among them, on partitions that are not
 * chosen by user, so that shards meet in the same windows. A function of its arguments alone.
 */
export function randomDay(seed: number, day: number, partitions: number, users: number): Message[] {
  const random = randomFor(seed + day, 'partitions');
  const lines = simulate({
    seed: seed + day,
    until: new Date(Date.UTC(2026, 0, 2) + day * DAY),
    days: 1,
    users,
    denseDays: 1,
    denseFactor: 40,
    late: 0.1,
    repeated: 0.05,
    malformed: 0.05,
  });
  return [...lines].map(({ key, value }) => ({ key, value, partition: random.whole(0, partitions - 1) }));
}
