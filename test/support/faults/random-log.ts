import type { Message } from 'kafkajs';
import { simulate } from '../../../simulator/index.ts';
import { randomFor } from '../../../simulator/random.ts';

const DAY = 86_400_000;

/**
 * The records of one day of a stream, counted from 0; some are late, repeated or malformed. The partitions do
 * not depend on the user, so that shards meet in the same windows. The records depend on the arguments alone.
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
