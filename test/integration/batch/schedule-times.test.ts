import { expect, test } from 'vitest';
import { ensureBatchSchedule } from '../../../client/registry/schedules.ts';
import type { Temporal } from '../../../client/shared/temporal.ts';
import { isWakeUp } from '../../../domain/batch/wake-ups.ts';
import { formatInstant, parseInstant } from '../../../domain/time/instant.ts';
import { type Schedule, timesBetween, timetableOf } from '../../../domain/time/timetable.ts';
import { batchScheduleId } from '../../../domain/workflow-ids.ts';
import { transactionFeatures } from '../../../examples/churn/definitions/transaction-features.ts';
import { withBatchProject } from '../../support/projects/batch-project.ts';

test('the times of a schedule equal those that Temporal computes', async () => {
  await withBatchProject({}, (project) =>
    project.withTemporal(async (temporal) => {
      for (const schedule of [
        '0 0 * * *',
        '*/20 9-17/4,23 * * 1-5',
        '7 5 31 * *',
        '0 12 29 2 *',
        '@weekly',
        '0 6 * * MON-FRI',
        { cron: '0 0 * * *', timezone: 'Europe/Paris' },
        { cron: '30 6 * JAN-JUN SUN', timezone: 'America/New_York' },
        { cron: '@monthly', timezone: 'Australia/Lord_Howe' },
      ]) {
        const [from, to] = ['2026-01-01T00:00:00Z', '2028-04-01T00:00:00Z'] as const;
        const theirs = await temporalTimes(temporal, schedule, from, to);
        const ours = [...timesBetween(timetableOf(schedule)!, parseInstant(from)!, parseInstant(to)!)];
        const name = JSON.stringify(schedule);
        expect(theirs.length, name).toBeGreaterThan(0);
        expect(ours.slice(0, theirs.length).map(formatInstant), name).toEqual(theirs.map(formatInstant));
      }
    }),
  );
});

test('Temporal starts a run for each time that clocks skip or show twice, an hour after it at the latest', async () => {
  await withBatchProject({}, (project) =>
    project.withTemporal(async (temporal) => {
      for (const [cron, timezone] of [
        ['30 2 * * *', 'Europe/Paris'],
        ['30 1 * * *', 'America/New_York'],
        ['30 2 * * *', 'America/New_York'],
        ['15 2 * * *', 'Australia/Lord_Howe'],
        ['0 0 * * *', 'Africa/Cairo'],
        ['0 0 * * *', 'America/Santiago'],
        ['0 0 * * *', 'America/Havana'],
        ['30 23 * * *', 'America/Nuuk'],
        ['30 23 * * SAT', 'America/Nuuk'],
      ] as const) {
        const schedule = { cron, timezone };
        const timetable = timetableOf(schedule)!;
        const [from, to] = ['2026-02-01T00:00:00Z', '2026-12-01T00:00:00Z'] as const;
        const starts = await temporalTimes(temporal, schedule, from, to);
        const times = [...timesBetween(timetable, parseInstant(from)!, parseInstant(to)! - HOUR)];
        expect(times.length).toBeGreaterThan(40);
        for (const time of times) {
          const start = starts.find((one) => one >= time)!;
          expect(start - time <= HOUR, `${cron} in ${timezone} at ${formatInstant(time)}`).toBe(true);
        }
        const others = starts.filter((start) => start < times.at(-1)! && !times.includes(start));
        for (const start of others) expect(isWakeUp(timetable, start), formatInstant(start)).toBe(true);
      }
    }),
  );
});

const HOUR = 3_600_000_000n;

/** The times of a schedule that the server itself computes, the first thousand. */
async function temporalTimes(
  temporal: Temporal,
  schedule: Schedule,
  from: string,
  to: string,
): Promise<bigint[]> {
  await ensureBatchSchedule(temporal, { ...transactionFeatures.definition, schedule });
  const { startTime } = await temporal.client.workflowService.listScheduleMatchingTimes({
    namespace: temporal.client.options.namespace,
    scheduleId: batchScheduleId(transactionFeatures.definition.name),
    startTime: { seconds: Date.parse(from) / 1_000 - 1 },
    endTime: { seconds: Date.parse(to) / 1_000 },
  } as object);
  return startTime.map(({ seconds }) => BigInt(String(seconds)) * 1_000_000n);
}
