import { expect, test } from 'vitest';
import { isContinued } from '../../../../workflows/shared/continue-as-new.ts';

const FIRST = { attempt: 1 };
const CONTINUED = { ...FIRST, continuedFromExecutionRunId: '0f3a1b2c-1234-4abc-8def-0123456789ab' };

test('a run is continued if a run before it continued as new', () => {
  expect(isContinued(FIRST)).toBe(false);
  expect(isContinued(CONTINUED)).toBe(true);
});

test('the next run of a cron schedule, and the next attempt of a run, have the arguments of their caller', () => {
  expect(isContinued({ ...CONTINUED, cronSchedule: '* * * * *' })).toBe(false);
  expect(isContinued({ ...CONTINUED, attempt: 2 })).toBe(false);
});
