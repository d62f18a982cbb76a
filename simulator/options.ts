import { AsofError } from '../domain/errors/asof-error.ts';
import { parseInstant } from '../domain/time/instant.ts';
import { DAY } from './clock.ts';

export interface SimulationOptions {
  /** A whole number. The same options give the same bytes. */
  readonly seed: number;
  /** The end of the simulation: no event happens or arrives at or after it. Text is RFC 3339. */
  readonly until: Date | string;
  /** The number of simulated days before `until`. Default: 120. */
  readonly days?: number | undefined;
  /** The number of customers at the end. Most of them sign up before the start. Default: 1,000. */
  readonly users?: number | undefined;
  /** The number of products. Default: 200. */
  readonly products?: number | undefined;
  /** The visits of an average customer on an average day, before the fading begins. Default: 0.24. */
  readonly sessionsPerDay?: number | undefined;
  /**
   * The number of days at the end with `denseFactor` times the visits, so that windows are well filled.
   * Default: 1.
   */
  readonly denseDays?: number | undefined;
  /** Default: 20. */
  readonly denseFactor?: number | undefined;
  /** The share of records that arrive minutes or hours after their event. Default: 0.02. */
  readonly late?: number | undefined;
  /** The share of records that arrive twice, with the same bytes. Default: 0.01. */
  readonly repeated?: number | undefined;
  /** The share of events whose record is malformed. Default: 0.005. */
  readonly malformed?: number | undefined;
}

/** The checked options with their defaults. Times are in ms since 1970. */
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

/** The valid range of each number. */
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

/**
 * Checks the options and adds the defaults.
 *
 * @throws AsofError `ASOF_SIMULATION_INVALID`, with the option in `details`.
 */
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

/** Some malformed records have event times from the year 3000 on: see `malformed.ts`. */
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
