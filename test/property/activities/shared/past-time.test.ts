import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBatchActivities } from '../../../../activities/batch/batch-activities.ts';
import { createRetentionActivities } from '../../../../activities/retention/retention-activities.ts';
import { pastTime } from '../../../../activities/shared/past-time.ts';
import { forAllSlow } from '../../support/for-all.ts';

const NOW = Date.parse('2026-03-01T00:00:00Z');

/** Refusals ask no server. */
const NO_SERVERS = {} as never;
const batch = createBatchActivities(NO_SERVERS);
const retention = createRetentionActivities(NO_SERVERS);

/** RFC 3339 texts of times from `begin` to `end`, by Temporal's clock. */
const timesBetween = (begin: number, end: number): fc.Arbitrary<string> =>
  fc.integer({ min: begin, max: end }).map((millis) => new Date(millis).toISOString());

test('nothing is computed or removed as of a time that has not come, or of a text that is no time', async () => {
  const wrong = fc.oneof(
    timesBetween(NOW + 1, NOW + 1e13),
    fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => `x${text}`),
  );
  await forAllSlow(wrong, 200, async (time) => {
    const task = { table: 't', again: true, goOn: true };
    for (const refused of [
      during(() => batch.computeBatch({ ...task, times: ['2020-01-01T00:00:00Z', time] })),
      during(() =>
        retention.removeExpired({ task: { retained: 'raw', name: 's' }, at: time, dryRun: false }),
      ),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'ASOF_INPUT_INVALID', kind: 'input' });
  });
});

test('a time that has come is taken, to the very moment', async () => {
  await forAllSlow(timesBetween(0, NOW), 200, async (time) => {
    expect(await during(() => Promise.resolve(pastTime(time)))).toBe(BigInt(Date.parse(time)) * 1_000n);
  });
  expect(await during(() => Promise.resolve(pastTime('2026-03-01T00:00:00Z')))).toBe(BigInt(NOW) * 1_000n);
});

/** Runs an activity that was scheduled at {@link NOW}. */
function during<Result>(activity: () => Promise<Result>): Promise<Result> {
  const quiet = { logger: new DefaultLogger('ERROR') };
  return new MockActivityEnvironment({ scheduledTimestampMs: NOW }, quiet).run(activity);
}
