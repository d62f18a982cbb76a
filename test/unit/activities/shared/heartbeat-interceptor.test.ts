import type { Context, Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heartbeatInterceptor } from '../../../../activities/shared/heartbeat-interceptor.ts';
import {
  expectAnswers,
  reportAlive,
  reportProgress,
  whoAsks,
} from '../../../../activities/shared/progress.ts';
import { Redaction } from '../../../../domain/secrets/redaction.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HANGS = new Promise<void>(() => {});

test('an activity that reports no progress sends no heartbeat', async () => {
  const beats = beatsOf(() => HANGS);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(beats).toEqual([]);
});

test('a heartbeat has no secret in its details', async () => {
  const beats = beatsOf(() => {
    reportProgress({ step: 'reading redis://:hush@cache' });
    return HANGS;
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(beats).toEqual([{ step: 'reading redis://:***@cache' }]);
});

test('an activity sends one heartbeat per second, with the latest details, however often it reports', async () => {
  const beats = beatsOf(() => steps(1_000));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(beats).toEqual([{ step: 3 }, { step: 5 }, { step: 8 }]);
});

test('an answer of a server is progress, and leaves the details unchanged', async () => {
  const beats = beatsOf(async () => {
    reportProgress('reading');
    const answered = expectAnswers();
    await delay(1_500);
    answered();
    await delay(1_000);
    reportAlive();
    return HANGS;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(beats).toEqual(['reading', 'reading', 'reading']);
});

test('an answer that arrives outside of the activity counts for the activity that asked', async () => {
  const answers: (() => void)[] = [];
  const ask = (): Promise<void> => {
    answers.push(expectAnswers());
    return HANGS;
  };
  const [first, second] = [beatsOf(ask), beatsOf(ask)];
  answers[1]!();
  await vi.advanceTimersByTimeAsync(3_000);
  expect([first.length, second.length]).toEqual([0, 1]);
});

test('heartbeats stop when the work hangs or ends', async () => {
  const hung = beatsOf(async () => {
    await steps(4);
    return HANGS;
  });
  const ended = beatsOf(() => steps(4));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([hung.length, ended.length]).toEqual([2, 1]);
});

test('an activity without a heartbeat timeout sends none', async () => {
  const beats = beatsOf(() => steps(20), {});
  await vi.advanceTimersByTimeAsync(10_000);
  expect(beats).toEqual([]);
});

test('an attempt has no use for answers any more once it has taken longer than it may', async () => {
  const asking: boolean[] = [];
  const ask = async (): Promise<void> => {
    const { isGone } = whoAsks();
    for (let second = 0; second < 4; second += 1) {
      asking.push(!isGone());
      await delay(1_000);
    }
  };
  beatsOf(ask, { startToCloseTimeoutMs: 1_500 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asking).toEqual([true, true, false, false]);
});

/** Starts an activity, and returns the details of its heartbeats as they arrive. */
function beatsOf(
  activity: () => Promise<unknown>,
  info: Partial<Info> = { heartbeatTimeoutMs: 5_000 },
): unknown[] {
  const interceptors = [(context: Context) => ({ inbound: heartbeatInterceptor(context, new Redaction()) })];
  const environment = new MockActivityEnvironment(info, { interceptors });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  void environment.run(activity);
  return beats;
}

/** Reports a step every 400 ms. */
async function steps(count: number): Promise<void> {
  for (let step = 1; step <= count; step += 1) {
    reportProgress({ step });
    await delay(400);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
