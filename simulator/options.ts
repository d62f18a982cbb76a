import { AsofError } from '../domain/errors/asof-error.ts';
import { parseInstant } from '../domain/time/instant.ts';
import { DAY } from './clock.ts';

export interface SimulationOptions {
  /** A whole number; the same options give the same bytes. */
  readonly seed: number;
  /** The simulation's present: nothing happens, and nothing arrives, at or after it. Text is RFC 3339. */
  readonly until: Date | string;
  /** How many days of history there are before `until`. Default 120. */
  readonly days?: number | undefined;
  /** How many customers there are in the end; most were there at the start. Default 1,000. */
  readonly users?: number | undefined;
  readonly products?: number | undefined;
  /** Visits of an average customer on an average day, before it fades. Default 0.24. */
  readonly sessionsPerDay?: number | undefined;
  /** The last days are a sale with `denseFactor` times the visits, so that windows are well filled. Default 1. */
  readonly denseDays?: number | undefined;
  /** Default 20. */
  readonly denseFactor?: number | undefined;
  /** Share of records that arrive minutes, some of them hours, after their event. Default 0.02. */
  readonly late?: number | undefined;
  /** Share of records that arrive twice, with the same bytes. Default 0.01. */
  readonly repeated?: number | undefined;
  /** Share of events whose record is not acceptable in one way or another. Default 0.005. */
  readonly malformed?: number | undefined;
}

/** The options with their defaults, checked, and times in milliseconds. */
export type Plan = Required<{ readonly [Name in Exclude<keyof SimulationOptions, 'until'>]: number }> & {
  readonly start: number;
  readonly until: number;
};

const DEFAULTS = {
  days: 120,
  users: 1_000,
  products: 200,
  sessionsPerDay: 0.24,
  denseDays: 1,
  denseFactor: 20,
  late: 0.02,
  repeated: 0.01,
  malformed: 0.005,
};

/** What each number may be. Shares of records can at most be all of them. */
const BOUNDS: Readonly<Record<keyof typeof DEFAULTS, readonly [from: number, to: number]>> = {
  days: [0.01, 36_500],
  users: [1, 10_000_000],
  products: [1, 1_000_000],
  sessionsPerDay: [0, 1_000],
  denseDays: [0, 36_500],
  denseFactor: [0, 1_000_000],
  late: [0, 1],
  repeated: [0, 1],
  malformed: [0, 1],
};

/** @throws AsofError `ASOF_SIMULATION_INVALID`, naming the option. */
export function planOf(options: SimulationOptions): Plan {
  if (!Number.isSafeInteger(options.seed)) throw invalid('seed', options.seed, 'a whole number');
  const until = millisOf(options.until);
  const numbers = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    numbers[name] = numberIn(name, options[name] ?? DEFAULTS[name]);
  }
  return { ...numbers, seed: options.seed, start: until - Math.round(numbers.days * DAY), until };
}

function numberIn(name: keyof typeof DEFAULTS, value: number): number {
  const [from, to] = BOUNDS[name];
  const whole = name === 'users' || name === 'products';
  if (value >= from && value <= to && (!whole || Number.isInteger(value))) return value;
  throw invalid(name, value, `a ${whole ? 'whole ' : ''}number from ${from} to ${to}`);
}

/** Malformed records play tricks with the year 3000 and beyond, see `malformed.ts`. */
const LATEST = Date.UTC(3000, 0);

function millisOf(until: Date | string): number {
  const instant = typeof until === 'string' ? parseInstant(until) : undefined;
  const millis = typeof until === 'string' ? Number(instant ?? NaN) / 1_000 : until.getTime();
  if (millis < LATEST) return Math.floor(millis);
  throw invalid('until', String(until), 'an RFC 3339 time before 3000, such as 2026-06-01T00:00:00Z');
}

function invalid(option: string, value: unknown, expected: string): AsofError {
  return new AsofError(
    'ASOF_SIMULATION_INVALID',
    `the simulator's option '${option}' is ${String(value)}; expected ${expected}`,
    { details: { option } },
  );
}
