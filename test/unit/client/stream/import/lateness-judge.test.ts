import { describe, expect, it } from 'vitest';
import { latenessJudge } from '../../../../../client/stream/import/lateness-judge.ts';
import { type StreamEngine, streamEngine } from '../../../../../domain/stream/micro-batch.ts';
import { type Instant, parseInstant } from '../../../../../domain/time/instant.ts';
import { compileStreamTable } from '../../../../../domain/windows/stream-table.ts';
import { userActivityFeatures } from '../../../../../examples/churn/definitions/user-activity-features.ts';
import { simulate } from '../../../../../simulator/index.ts';
import { fold, source, table } from '../../../simulator/churn-stream.ts';
import { type Imported, NOW, eventAt, importText } from './file.ts';

describe('the count of lines that would be late', () => {
  const options = { until: '2026-06-01T00:00:00Z', days: 10, users: 200, malformed: 0.02 };

  it.each([1, 2, 3, 4])('equals what the stream finds, with %i partitions', async (partitions) => {
    const text = [...simulate({ ...options, seed: partitions })].map(({ value }) => value).join('\n');
    const imported = await importText(text, { partitions });
    expect(imported.result.wouldBeLate).toBe(lateInStream(imported));
    expect(imported.result.wouldBeLate).toBeGreaterThan(0);
  });

  it('leaves out the tables that an event is not about, as the stream does', async () => {
    const byProduct = compileStreamTable(
      { ...userActivityFeatures.definition, name: 'by_product', primaryKeys: ['product_id'] },
      source,
    );
    const text = [...simulate({ ...options, seed: 5 })].map(({ value }) => value).join('\n');
    const ofAll = await importText(text);
    const imported = await importText(text, { tables: [byProduct] });
    expect(imported.result.wouldBeLate).toBe(lateInStream(imported, streamEngine(source, [byProduct])));
    expect(imported.result.wouldBeLate).toBeGreaterThan(0);
    expect(imported.result.wouldBeLate).toBeLessThan(ofAll.result.wouldBeLate);
  });

  it('is 0 for a sorted file', async () => {
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

  it('names the first late line, the watermark and what to do, then the number of late lines', async () => {
    const { warnings, result } = await importText(file);
    expect(result.wouldBeLate).toBe(2);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^line 4 .*2026-01-01T09:59:59.000000Z.*2026-01-01T10:15:00.500000Z.*10 minutes.*--sort/,
      ),
      '2 of 5 lines would be late for a window',
    ]);
  });

  it('comes as soon as the line is read', async () => {
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

  it('does not come for lines in time, nor for dead letters', async () => {
    const text = [
      eventAt('2026-01-01T12:00:00Z', 'u_1'),
      eventAt('2026-01-01T10:00:00Z', 'u_1', { user_id: [] }),
      eventAt('2999-01-01T10:00:00Z', 'u_1'),
      eventAt('2026-01-01T12:00:00Z', 'u_1'),
    ].join('\n');
    expect((await importText(text)).warnings).toEqual([]);
  });

  it('considers the watermarks of the records that the topic already holds', async () => {
    const reached = parseInstant('2026-01-01T12:00:00Z');
    const text = eventAt('2026-01-01T10:00:00Z');
    const { warnings } = await importText(text, {
      partitions: 1,
      sort: true,
      watermarks: new Map([[0, reached]]),
    });
    expect(warnings[0]).toMatch(/line 1 .*already holds .*no order of the file changes that/);
  });

  it('tells the lines that no order of the file can help from those that --sort can', async () => {
    const file = ['12:40', '11:50', '12:05', '09:00'].map((time) => eventAt(`2026-01-01T${time}:00Z`));
    const { result, warnings } = await importText(file.join('\n'), {
      partitions: 1,
      watermarks: new Map([[0, parseInstant('2026-01-01T12:00:00Z')]]),
    });
    expect(result).toMatchObject({ wouldBeLate: 3, behindTopic: 2 });
    expect(warnings.at(-1)).toBe(
      '3 of 4 lines would be late for a window, 2 of them because the topic already holds newer events',
    );
  });
});

it('a watermark at the epoch is a watermark', () => {
  const judge = latenessJudge(source, [table], new Map([[0, 0n]]));
  const at = (eventTs: Instant) => {
    const values = source.fields.map(({ name, required }) => (required ? `a ${name}` : null));
    return {
      partition: 0,
      events: [{ partition: 0, offset: 0n, kafkaTs: NOW, eventTs, values }],
      kafkaTs: NOW,
    };
  };
  expect(judge(at(-1n))).toMatchObject({ watermark: 0n });
  expect(judge(at(0n))).toBeUndefined();
});

/** The number of lines that the stream itself lists as late. */
function lateInStream({ sent }: Imported, engine?: StreamEngine): number {
  const lines = sent.map(({ value, partition }) => ({ value, partition: partition!, kafkaTs: NOW }));
  const batch = fold(lines, engine);
  return new Set(batch.late.map(({ event }) => event.offset)).size;
}
