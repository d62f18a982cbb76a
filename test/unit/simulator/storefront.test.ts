import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SimulationOptions, simulate } from '../../../simulator/index.ts';

const UNTIL = '2026-06-01T00:00:00Z';
const small = { seed: 7, until: UNTIL, days: 10, users: 100 };
describe('the same options', () => {
  it('give the same bytes on every machine', () => {
    expect(sha256(small)).toBe('d38f97fb51f09b2b30db1e342af99666f9a932348ef278fd51f85f38e0bfcc7b');
  });

  it('can express the same moment in another format', () => {
    const expected = sha256(small);
    expect(sha256({ ...small, until: new Date(UNTIL) })).toBe(expected);
    expect(sha256({ ...small, until: '2026-06-01T02:00:00+02:00' })).toBe(expected);
  });

  it('give other bytes with another seed', () => {
    const hashes = [0, 1, 2, -1, 7 + 2 ** 32].map((seed) => sha256({ ...small, seed }));
    expect(new Set([...hashes, sha256(small)]).size).toBe(6);
  });
});

describe('the topic', () => {
  const lines = [...simulate(small)];

  it('is in the order of arrival, and no record arrives before its event', () => {
    let previous = -Infinity;
    for (const { value, arrivesAt } of simulate({ ...small, malformed: 0 })) {
      expect(arrivesAt).toBeGreaterThanOrEqual(previous);
      expect(arrivesAt).toBeGreaterThanOrEqual(eventTime(value));
      previous = arrivesAt;
    }
  });

  it('is out of event-time order by seconds, even without late events', () => {
    const times = [...simulate({ ...small, late: 0, malformed: 0, repeated: 0 })].map(({ value }) =>
      eventTime(value),
    );
    const behind = times.map(
      (time, index) => Math.max(...times.slice(Math.max(0, index - 50), index), time) - time,
    );
    expect(Math.max(...behind)).toBeGreaterThan(0);
    expect(Math.max(...behind)).toBeLessThanOrEqual(3_000);
  });

  it('has only arrivals in the days before `until`, also if `until` is not a full hour', () => {
    const until = Date.parse('2026-06-01T10:07:31.500Z');
    const arrivals = [...simulate({ ...small, days: 2, until: new Date(until) })].map(
      ({ arrivesAt }) => arrivesAt,
    );
    expect(arrivals.length).toBeGreaterThan(100);
    expect(arrivals.every((at) => at < until && at >= until - 2 * 86_400_000)).toBe(true);
  });

  it('is dense on its last day', () => {
    const lastDay = lines.filter(({ arrivesAt }) => arrivesAt >= Date.parse(UNTIL) - 86_400_000);
    expect(lastDay.length).toBeGreaterThan((lines.length - lastDay.length) / 2);
  });

  it('is generated while it is read', () => {
    const endless = simulate({ ...small, days: 36_500, users: 10 });
    const started = process.cpuUsage();
    for (let taken = 0; taken < 1_000; taken += 1) expect(endless.next().done).toBe(false);
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
  });

  it('has 60 to 120 thousand records by default', () => {
    let count = 0;
    for (const _ of simulate({ seed: 42, until: UNTIL })) count += 1;
    expect(count).toBeGreaterThan(60_000);
    expect(count).toBeLessThan(120_000);
  });
});

describe('a wrong option', () => {
  it.each([
    [{ seed: 0.5 }, /'seed' is 0.5; expected a whole number/],
    [{ until: 'tomorrow' }, /'until' is tomorrow; expected an RFC 3339 time/],
    [{ until: new Date(NaN) }, /'until'/],
    [{ users: 1.5 }, /'users' is 1.5; expected a whole number from 1/],
    [{ late: 2 }, /'late' is 2; expected a number from 0 to 1/],
    [{ days: NaN }, /'days'/],
  ])('%o is refused at once, before the first line is read', (wrong, message) => {
    expect(() => simulate({ ...small, ...wrong })).toThrow(message);
  });
});

function eventTime(value: string): number {
  return Date.parse((JSON.parse(value) as { event_ts: string }).event_ts);
}

function sha256(options: SimulationOptions): string {
  const hash = createHash('sha256');
  for (const { key, value, arrivesAt } of simulate(options)) hash.update(`${key}\t${value}\t${arrivesAt}\n`);
  return hash.digest('hex');
}
