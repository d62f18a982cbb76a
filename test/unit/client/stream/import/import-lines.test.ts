import { Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { source } from '../../../simulator/churn-stream.ts';
import { eventAt, importText, texts } from './file.ts';

describe('a sent line', () => {
  it('keeps its bytes, whether it is an event or not; blank lines are counted and not sent', async () => {
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
    expect(result).toMatchObject({ lines: 8, sent: 6, blank: 2, wouldBeLate: 0, behindTopic: 0 });
    expect(result).toMatchObject({ events: 2, skipped: 0, looksLike: null });
    expect(result.firstRejections).toMatchObject([
      { line: 3, reason: 'not_json' },
      { line: 4, reason: 'not_json' },
      { line: 5, reason: 'not_an_object' },
    ]);
  });

  it('may hold several events; its key is the entity of the first, and it is late if one of them is', async () => {
    const record = (...events: string[]) => `{"batch":[${events.join()}]}`;
    const lines = [
      record('7', eventAt('2026-01-01T12:00:00Z', 'first'), eventAt('2026-01-01T09:00:00Z', 'second')),
      record(eventAt('2026-01-01T12:30:00Z'), eventAt('2026-01-01T11:00:00Z')),
      record(),
      record('{"user_id":"u_1"}'),
      '{"user_id":"u_1"}',
    ];
    const options = { source: { ...source, explode: ['batch'] }, partitions: 1 };
    const { sent, result } = await importText(lines.join('\n'), options);
    expect(sent.map(({ key }) => key)).toEqual(['first', 'u_1', null, 'u_1', 'u_1']);
    expect(result).toMatchObject({ sent: 5, events: 4, skipped: 1, deadLetters: 3, wouldBeLate: 1 });
    expect(result.firstRejections).toMatchObject([
      { line: 1, reason: 'not_an_object' },
      { line: 4, reason: 'missing_field' },
      { line: 5, reason: 'no_list' },
    ]);
    const sorted = await importText(lines.slice(0, 2).toReversed().join('\n'), { ...options, sort: true });
    expect(texts(sorted.sent)).toEqual(lines.slice(0, 2));
  });

  it('has the entity as its key, if the line names one', async () => {
    const keyOf = async (line: string | Buffer) => (await importText(line)).sent[0]!.key;
    expect(await keyOf(eventAt('2026-01-01T10:00:00Z', 'ü'))).toBe('ü');
    expect(await keyOf('{"user_id":"u_1"}')).toBe('u_1');
    expect(await keyOf('{"user_id":"u_1","event_ts":"yesterday"}')).toBe('u_1');
    for (const line of [
      '{"user_id":""}',
      '{"user_id":7.5}',
      '{}',
      '{"user_id":"u_1"',
      '[{"user_id":"u_1"}]',
      '"u_1"',
    ]) {
      expect(await keyOf(line)).toBeNull();
    }
    expect(await keyOf(Buffer.from('{"user_id":"u_\xff"}', 'latin1'))).toBeNull();
  });

  it('goes to the partition that Kafka would choose by the key; lines without a key go round robin', async () => {
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

  it('counts only if the transport sent it before it was stopped', async () => {
    const { result } = await importText('1\n2\n3\n', {
      write: async (lines: AsyncIterable<unknown>) => {
        for await (const _ of lines) break;
        return 0;
      },
    });
    expect(result).toMatchObject({ lines: 1, sent: 0 });
  });
});

describe('a file', () => {
  it('may begin with a byte-order mark', async () => {
    const { sent, result } = await importText(`\ufeff${eventAt('2026-01-01T10:00:00Z')}\r\n`);
    expect(texts(sent)).toEqual([`${eventAt('2026-01-01T10:00:00Z')}\r`]);
    expect(result).toMatchObject({ events: 1, looksLike: null });
  });

  it.each([
    ['csv', 'user_id,event_type,event_ts\nu_1,view,2026-01-01T10:00:00Z\n'],
    ['csv', ',größe,event_ts\n0,3,2026-01-01T10:00:00Z\n'],
    ['json_array', '[\n  {\n    "user_id": "u_1"\n  }\n]\n'],
    ['json_array', '[{"user_id":"u_1"}]\n'],
    ['utf16', Buffer.from('\ufeff{"user_id":"u_1"}\n', 'utf16le')],
    [null, 'no JSON at all\n'],
  ])('without events is named: %s', async (looksLike, file) => {
    expect((await importText(file)).result).toMatchObject({ events: 0, looksLike });
  });
});

describe('--sort', () => {
  it('puts lines in event-time order, whatever their offset from UTC', async () => {
    const lines = ['2026-01-01T12:00:00Z', '2026-01-01T10:00:00Z', '2026-01-01T12:30:00+02:00'].map((t) =>
      eventAt(t),
    );
    const { sent } = await importText(lines.join('\n'), { sort: true });
    expect(texts(sent)).toEqual([lines[1], lines[2], lines[0]]);
  });

  it('keeps the order of lines with equal times', async () => {
    const lines = ['b', 'a', 'd', 'c'].map((user) => eventAt('2026-01-01T10:00:00Z', user));
    const { sent } = await importText(lines.join('\n'), { sort: true });
    expect(texts(sent)).toEqual(lines);
  });

  it('leaves lines without a readable time behind the line before them', async () => {
    const [ten, nine] = [eventAt('2026-01-01T10:00:00Z'), eventAt('2026-01-01T09:00:00Z')];
    const file = ['first', ten, 'after ten', '{"event_ts":"later"}', nine, 'after nine', ten];
    const { sent } = await importText(file.join('\n'), { sort: true });
    expect(texts(sent)).toEqual(['first', nine, 'after nine', ten, 'after ten', '{"event_ts":"later"}', ten]);
  });

  it('sorts lines that are not events by the time that they name', async () => {
    const file = [eventAt('2026-01-01T10:00:00Z'), '{"event_ts":"2026-01-01T09:00:00Z"}'];
    const { sent } = await importText(file.join('\n'), { sort: true });
    expect(texts(sent)).toEqual([file[1], file[0]]);
  });
});

it('an entity that is too long for a key is counted as the dead letter that it will be', async () => {
  const line = (user: string) =>
    JSON.stringify({ user_id: user, event_type: 'view', event_ts: '2029-12-31T23:00:00Z' });
  const { result } = await importText(`${line('u_1')}\n${line('u'.repeat(3_000))}\n`);
  expect(result).toMatchObject({ sent: 2, events: 1, deadLetters: 1 });
  expect(result.firstRejections).toMatchObject([{ line: 2, reason: 'key_too_long' }]);
});
