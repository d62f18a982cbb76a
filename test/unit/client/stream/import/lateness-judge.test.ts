import { describe, expect, it } from 'vitest';
import { latenessJudge } from '../../../../../client/stream/import/lateness-judge.ts';
import { parseInstant } from '../../../../../domain/time/instant.ts';
import { simulate } from '../../../../../simulator/index.ts';
import { fold, source, table } from '../../../simulator/churn-stream.ts';
import { type Imported, NOW, eventAt, importText } from './file.ts';

describe('the count of lines that would be late', () => {
  const options = { until: '2026-06-01T00:00:00Z', days: 10, users: 200, malformed: 0.02 };

  it.each([1, 2, 3, 4])('the count equals what the stream finds, with %i partitions', async (partitions) => {
    const text = [...simulate({ ...options, seed: partitions })].map(({ value }) => value).join('\n');
    const imported = await importText(text, { partitions });
    expect(imported.result.wouldBeLate).toBe(lateInStream(imported));
    expect(imported.result.wouldBeLate).toBeGreaterThan(0);
  });

  it('the count is 0 for a sorted file', async () => {
    const text = [...simulate({ ...options, seed: 1, late: 0.3 })].map(({ value }) => value).join('\n');
    const imported = await importText(text, { sort: true });
    expect(imported.result.wouldBeLate).toBe(0);
    expect(lateInStream(imported)).toBe(0);
    expect(imported.warnings).toEqual([]);
  });
});

describe('the warning', () => {
  const file = [
    eventAt('2026-01-01T10:20:00Z'),
    '',
    eventAt('2026-01-01T10:25:00.5Z'),
    eventAt('2026-01-01T09:59:59Z'),
    eventAt('2026-01-01T09:00:00Z'),
  ].join('\n');

  it('the warning names the first late line, the watermark and the remedy, and then the number of late lines', async () => {
    const { warnings, result } = await importText(file);
    expect(result.wouldBeLate).toBe(2);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^line 4 .*2026-01-01T09:59:59.000000Z.*2026-01-01T10:15:00.500000Z.*10 minutes.*--sort/,
      ),
      '2 of 5 lines would be late for a window',
    ]);
  });

  it('the warning comes as soon as the first late line is read', async () => {
    const warnings: string[] = [];
    await importText(file, {
      onWarning: (message) => warnings.push(message),
      write: async (lines: AsyncIterable<unknown>) => {
        let count = 0;
        for await (const _ of lines) if (++count === 3) expect(warnings).toHaveLength(1);
        return count;
      },
    });
    expect(warnings).toHaveLength(2);
  });

  it('a dead letter is not late and makes no later line late', async () => {
    const text = [
      eventAt('2026-01-01T12:00:00Z', 'u_1'),
      eventAt('2026-01-01T10:00:00Z', 'u_1', { revenue: 'much' }),
      eventAt('2999-01-01T10:00:00Z', 'u_1'),
      eventAt('2026-01-01T12:00:00Z', 'u_1'),
    ].join('\n');
    expect((await importText(text)).warnings).toEqual([]);
  });

  it('the watermarks of the topic count if they are given', async () => {
    const reached = parseInstant('2026-01-01T12:00:00Z');
    const text = eventAt('2026-01-01T10:00:00Z');
    const { warnings } = await importText(text, {
      partitions: 1,
      sort: true,
      watermarks: new Map([[0, reached]]),
    });
    expect(warnings[0]).toMatch(/line 1 .*already holds newer events/);
  });
});

it('a watermark at the epoch is a watermark', () => {
  const judge = latenessJudge(source, [table], new Map([[0, 0n]]));
  expect(judge({ partition: 0, eventTs: -1n, kafkaTs: NOW })).toBe(0n);
  expect(judge({ partition: 0, eventTs: 0n, kafkaTs: NOW })).toBeUndefined();
});

/** The number of lines that the stream lists as late when it reads them from the topic. */
function lateInStream({ sent }: Imported): number {
  const batch = fold(sent.map(({ value, partition }) => ({ value, partition: partition!, kafkaTs: NOW })));
  return new Set(batch.late.map(({ event }) => event.offset)).size;
}
