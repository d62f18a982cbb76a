import { describe, expect, it } from 'vitest';
import { admittedFrom, lastWindowEnd } from '../../../domain/windows/window.ts';
import { simulate } from '../../../simulator/index.ts';
import { foldArrivals, table } from './churn-stream.ts';

const options = { seed: 3, until: '2026-06-01T00:00:00Z', days: 20, users: 300 };
const undisturbed = { ...options, late: 0, repeated: 0, malformed: 0 };

describe('a stream that reads the simulated topic', () => {
  const lines = [...simulate(options)];
  const batch = foldArrivals(lines);

  it('loses no record', () => {
    expect(batch.raw.length + batch.deadLetters.length).toBe(lines.length);
  });

  it('finds late events, some late for all of their windows and some for a part', () => {
    const share = batch.late.length / lines.length;
    expect(share).toBeGreaterThan(0.008);
    expect(share).toBeLessThan(0.025);
    const late = batch.late.map(({ event, watermark }) => {
      return (
        admittedFrom(table.window, event.eventTs, watermark) > lastWindowEnd(table.window, event.eventTs)
      );
    });
    expect(late).toContain(true);
    expect(late).toContain(false);
  });

  it('finds as many dead letters and values that do not fit as there are malformed records', () => {
    const unfit = batch.raw.filter(({ event }) => event.invalid);
    const share = (batch.deadLetters.length + unfit.length) / lines.length;
    expect(share).toBeGreaterThan(0.003);
    expect(share).toBeLessThan(0.007);
  });

  it('finds repeated records with the same bytes', () => {
    const share = 1 - new Set(lines.map(({ value }) => value)).size / lines.length;
    expect(share).toBeGreaterThan(0.007);
    expect(share).toBeLessThan(0.013);
  });

  it('finds no disturbance if the shares are 0', () => {
    const clean = [...simulate(undisturbed)];
    const { late, deadLetters, raw } = foldArrivals(clean);
    expect(late).toEqual([]);
    expect(deadLetters).toEqual([]);
    expect(raw.filter(({ event }) => event.invalid)).toEqual([]);
    expect(new Set(clean.map(({ value }) => value)).size).toBe(clean.length);
  });
});

describe('malformed records', () => {
  const spoiled = [...simulate({ ...options, malformed: 1 })];
  const { deadLetters, raw } = foldArrivals(spoiled);

  it('are all dead letters, for the reasons of a real topic, or events without one value', () => {
    expect([...new Set(deadLetters.map(({ rejection }) => rejection.reason))].sort()).toEqual([
      'ahead_of_kafka_time',
      'missing_field',
      'not_a_time',
      'not_an_object',
      'not_json',
      'wrong_type',
    ]);
    const unfit = raw.map(({ event }) => (event.invalid ?? []).map(({ field }) => field).join());
    expect([...new Set(unfit)].sort()).toEqual(['platform', 'product_id', 'revenue']);
  });

  it('have a key if they name a user, like all other records', () => {
    for (const { key, value } of [...spoiled, ...simulate(options)]) expect(key).toBe(namedUser(value));
  });
});

it('disturbances change records and never the events', () => {
  const sound = new Set([...simulate(undisturbed)].map(({ value }) => value));
  const { raw } = foldArrivals(simulate(options));
  const lines = [...simulate(options)];
  const whole = raw.filter(({ event }) => !event.invalid);
  expect(whole.length).toBeGreaterThan(lines.length * 0.98);
  expect(whole.every(({ event }) => sound.has(lines[Number(event.offset)]!.value))).toBe(true);
});

function namedUser(value: string): string | null {
  try {
    return (JSON.parse(value) as { user_id?: string }).user_id || null;
  } catch {
    return null;
  }
}
