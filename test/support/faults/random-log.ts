import type { Message } from 'kafkajs';
import { simulate } from '../../../simulator/index.ts';
import { randomFor } from '../../../simulator/random.ts';

/**
 * Records with late, repeated and malformed ones among them, on partitions that are not chosen by user, so that shards
 * meet in the same windows. A function of the seed alone.
 */
export function randomLog(
  seed: number,
  partitions: number,
  size: { users: number; days: number },
): Message[] {
  const random = randomFor(seed, 'partitions');
  const lines = simulate({
    ...{ seed, until: '2026-03-01T00:00:00Z', ...size, denseDays: size.days, denseFactor: 40 },
    ...{ late: 0.1, repeated: 0.05, malformed: 0.05 },
  });
  return [...lines].map(({ key, value }) => ({ key, value, partition: random.whole(0, partitions - 1) }));
}
