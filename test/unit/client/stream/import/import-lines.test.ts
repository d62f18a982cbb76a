import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { eventAt, importText, texts } from './file.ts';

describe('the lines that are sent', () => {
  it('every line is sent with its bytes, event or not, and blank lines are only counted', async () => {
    const lines = [
      ` { "user_id" : "ü",  "event_ts":"2026-01-01T10:00:00Z" } `,
      '{"user_id":"u_1","event_ts":"2026-01-01T10:00:01Z"}\r',
      '{"user_id":"u_1",',
      'no JSON at all',
      '[]',
      'null',
    ];
    const { sent, result } = await importText(`${lines.join('\n')}\n\n \t\r\n`);
    expect(texts(sent)).toEqual(lines);
    expect(result).toEqual({ lines: 8, sent: 6, blank: 2, wouldBeLate: 0 });
  });

  it('a line is keyed by its entity if the line names one', async () => {
    const keyOf = async (line: string | Buffer) => (await importText(line)).sent[0]!.key;
    expect(await keyOf(eventAt('2026-01-01T10:00:00Z', 'ü'))).toBe('ü');
    expect(await keyOf('{"user_id":"u_1"}')).toBe('u_1');
    expect(await keyOf('{"user_id":"u_1","event_ts":"yesterday"}')).toBe('u_1');
    for (const line of [
      '{"user_id":""}',
      '{"user_id":7}',
      '{}',
      '{"user_id":"u_1"',
      '[{"user_id":"u_1"}]',
      '"u_1"',
    ]) {
      expect(await keyOf(line)).toBeNull();
    }
    expect(await keyOf(Buffer.from('{"user_id":"u_\xff"}', 'latin1'))).toBeNull();
  });

  it('a key goes to the partition that Kafka would choose, and lines without a key take turns', async () => {
    const users = Array.from({ length: 50 }, (_, index) => `u_${index}`);
    const { sent } = await importText(users.map((user) => eventAt('2026-01-01T10:00:00Z', user)).join('\n'), {
      partitions: 7,
    });
    const partitioner = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => {
      return { partitionId, leader: 1, partitionErrorCode: 0, replicas: [], isr: [] };
    });
    for (const { key, value, partition } of sent) {
      expect(partition).toBe(partitioner({ topic: 't', partitionMetadata, message: { key, value } }));
    }
    const keyless = await importText('x\nx\nx\nx\nx', { partitions: 3 });
    expect(keyless.sent.map(({ partition }) => partition)).toEqual([0, 1, 2, 0, 1]);
  });

  it('the writer determines the number of lines sent, also when it stops early', async () => {
    const { result } = await importText('1\n2\n3\n', {
      write: async (lines: AsyncIterable<unknown>) => {
        for await (const _ of lines) break;
        return 0;
      },
    });
    expect(result).toMatchObject({ lines: 1, sent: 0 });
  });
});

describe('--sort', () => {
  it('--sort puts lines in event-time order, whatever their offset from UTC', async () => {
    const lines = ['2026-01-01T12:00:00Z', '2026-01-01T10:00:00Z', '2026-01-01T12:30:00+02:00'].map((t) =>
      eventAt(t),
    );
    const { sent } = await importText(lines.join('\n'), { sort: true });
    expect(texts(sent)).toEqual([lines[1], lines[2], lines[0]]);
  });

  it('--sort keeps the order of lines with the same time', async () => {
    const lines = ['b', 'a', 'd', 'c'].map((user) => eventAt('2026-01-01T10:00:00Z', user));
    const { sent } = await importText(lines.join('\n'), { sort: true });
    expect(texts(sent)).toEqual(lines);
  });

  it('--sort leaves a line without a readable time behind the line before it', async () => {
    const [ten, nine] = [eventAt('2026-01-01T10:00:00Z'), eventAt('2026-01-01T09:00:00Z')];
    const file = ['first', ten, 'after ten', '{"event_ts":"later"}', nine, 'after nine', ten];
    const { sent } = await importText(file.join('\n'), { sort: true });
    expect(texts(sent)).toEqual(['first', nine, 'after nine', ten, 'after ten', '{"event_ts":"later"}', ten]);
  });

  it('--sort sorts a line that is no event by its time if it has one', async () => {
    const file = [eventAt('2026-01-01T10:00:00Z'), '{"event_ts":"2026-01-01T09:00:00Z"}'];
    const { sent } = await importText(file.join('\n'), { sort: true });
    expect(texts(sent)).toEqual([file[1], file[0]]);
  });
});
