import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reporterFor } from '../../../stack/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a long step reports its start, its last detail and its duration', async () => {
  const lines: string[] = [];
  const step = reporterFor('kafka', (line) => lines.push(line)).step('fetching', async (detail) => {
    detail('libs/kafka.jar');
    await new Promise((resolve) => setTimeout(resolve, 12_000));
  });
  await vi.advanceTimersByTimeAsync(12_000);
  await step;
  expect(lines).toEqual([
    'kafka        fetching …',
    'kafka        fetching … 10.0 s: libs/kafka.jar',
    'kafka        fetching: done in 12.0 s',
  ]);
});

test('a short step reports nothing', async () => {
  const lines: string[] = [];
  await reporterFor('redis', (line) => lines.push(line)).step('preparing', () => Promise.resolve());
  expect(lines).toEqual([]);
});

test('a failed step reports nothing further', async () => {
  const lines: string[] = [];
  const step = reporterFor('redis', (line) => lines.push(line)).step('starting', () =>
    Promise.reject(new Error('no')),
  );
  await expect(step).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines).toEqual([]);
});
