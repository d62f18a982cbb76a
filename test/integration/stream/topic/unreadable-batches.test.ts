import { CompressionTypes } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';
import { codecOf } from '../../../../adapters/kafka/compression/codecs.ts';
import { produce } from '../../../support/projects/log.ts';
import { type Project, withProject } from '../../../support/projects/project.ts';

const ZSTD = codecOf(CompressionTypes.ZSTD)!;
const MEBIBYTE = 1024 * 1024;

afterEach(() => vi.restoreAllMocks());

test('a batch that unpacks to far more than it may becomes dead letters, and what stands beside it counts', async () => {
  await withProject({ source: { topicPartitions: 1 } }, (project) =>
    project.withWorkers(1, async () => {
      const { asof, kafka, source } = project;
      await produce(kafka, source, [{ value: event('before'), partition: 0 }]);
      await sendBomb(project);
      await produce(kafka, source, [{ value: event('after'), partition: 0 }]);

      await asof.stream(source).readToHead({ from: 'earliest' });
      const { violations, partitions } = await asof.stream(source).check();
      expect(violations).toEqual([]);
      expect(partitions).toMatchObject([{ raw: 2, deadLetters: 3, skipped: 0, lag: 0 }]);
      const { deadLetters } = await asof.stream(source).deadLetters.list();
      expect(deadLetters.map(({ offset, reason, value }) => [offset, reason, value])).toEqual(
        ['3', '2', '1'].map((offset) => [offset, 'too_large_batch', null]),
      );
      expect(deadLetters[0]!.detail).toMatch(
        /offsets 1 to 3, zstd\) that unpacks to more than 64 MiB.*smaller/,
      );

      await asof.stream(source).deadLetters.replay();
      expect((await asof.stream(source).deadLetters.list()).deadLetters).toEqual(deadLetters);
    }),
  );
});

/** Sends three records of which the first has 200 MiB of nothing, in a batch of a few kilobytes. */
async function sendBomb({ kafka, source }: Project): Promise<void> {
  const large = record(0, Buffer.alloc(200 * MEBIBYTE));
  const plain = Buffer.concat([large, record(1, Buffer.from('{}')), record(2, Buffer.from('{}'))]);
  const bomb = await ZSTD.compress({ buffer: plain });
  expect(bomb.length).toBeLessThan(MEBIBYTE / 10);
  vi.spyOn(ZSTD, 'compress').mockResolvedValueOnce(bomb);
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const messages = [0, 1, 2].map(() => ({ value: '{}', partition: 0 }));
  await producer.send({ topic: source, messages, compression: CompressionTypes.ZSTD });
  await producer.disconnect();
}

/** A record as a batch holds it, without a key. */
function record(offsetDelta: number, value: Buffer): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, 0]),
    varint(offsetDelta),
    Buffer.from([1]),
    varint(value.length),
    value,
    Buffer.from([0]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** A number that is not negative: seven bits in each byte, the lowest first, after the bit of the sign. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function event(user: string): string {
  return JSON.stringify({ user_id: user, event_ts: '2026-03-01T10:00:00Z' });
}
