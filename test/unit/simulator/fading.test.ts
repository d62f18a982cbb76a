import { expect, it } from 'vitest';
import { simulate, simulatedFates } from '../../../simulator/index.ts';

const DAY = 86_400_000;
const options = {
  seed: 5,
  until: '2026-06-01T00:00:00Z',
  users: 600,
  denseDays: 0,
  late: 0,
  repeated: 0,
  malformed: 0,
};
const times = new Map<string, number[]>();
for (const { value } of simulate(options)) {
  const { user_id, event_ts } = JSON.parse(value) as { user_id: string; event_ts: string };
  const own = times.get(user_id) ?? [];
  times.set(user_id, own);
  own.push(Date.parse(event_ts));
}
const fates = simulatedFates(options);

it('some customers fade, and most do not', () => {
  const gone = fates.filter(({ gone_at }) => gone_at !== null).length;
  expect(gone).toBeGreaterThan(options.users / 10);
  expect(gone).toBeLessThan(options.users / 2);
});

it('a fading customer visits less and less, and then stops', () => {
  let before = 0;
  let early = 0;
  let tail = 0;
  for (const { user_id, faded_from, gone_at } of fates) {
    if (faded_from === null || gone_at === null) continue;
    const [from, to] = [Date.parse(faded_from), Date.parse(gone_at)];
    before += between(user_id, from - 7 * DAY, from);
    early += between(user_id, from, from + 7 * DAY);
    tail += between(user_id, to - 7 * DAY, to);
    // The last visit can begin just before the end and last some time.
    expect(between(user_id, to + DAY / 4, Infinity)).toBe(0);
  }
  expect(early).toBeLessThan(before);
  expect(tail).toBeLessThan(early / 2);
});

it('a customer who is inactive for some time is likely to stay inactive', () => {
  const now = Date.parse(options.until) - 30 * DAY;
  const comesAgain = (userIds: readonly string[]) =>
    userIds.filter((userId) => between(userId, now, now + 30 * DAY) > 0).length / userIds.length;
  const users = [...times.keys()].filter((userId) => between(userId, now - 60 * DAY, now) > 0);
  const recent = users.filter((userId) => between(userId, now - 14 * DAY, now) > 0);
  const idle = users.filter((userId) => !recent.includes(userId));
  expect(comesAgain(recent)).toBeGreaterThan(comesAgain(idle) + 0.25);
});

/** The number of a user's events in `[from, to)`. */
function between(userId: string, from: number, to: number): number {
  return (times.get(userId) ?? []).filter((at) => at >= from && at < to).length;
}
