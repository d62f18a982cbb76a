import { asUnits, exactSum } from './exact-sum.ts';
import { type OracleExpression, type OracleOperand, expressionValue } from './features/expressions.ts';
import type { AcceptedEvent } from './log.ts';
import { nearestDouble } from './nearest-double.ts';

/** An aggregate as definitions name it, on a field of `user-events`. */
export interface OracleAggregate {
  readonly aggregate: string;
  readonly field: OracleExpression | null;
  readonly where:
    Readonly<Record<string, string | number | boolean>> | { readonly expression: OracleExpression } | null;
  readonly k?: number;
  readonly bound?: number;
  readonly quantile?: number;
}

export type OracleValue = string | number | boolean | readonly number[] | null;

/**
 * The value of an aggregate over some events, from the definition of each aggregate alone.
 *
 * @throws Error if the oracle does not know the aggregate.
 */
export function aggregateOf(spec: OracleAggregate, events: readonly AcceptedEvent[]): OracleValue {
  const passing = [...events].filter((event) => passes(event, spec.where)).sort(byPlace);
  if (spec.aggregate === 'mean_interarrival') return interarrivalOf(passing);
  if (spec.field === null) return passing.length;
  const given = passing.map((event) => valueOf(event, spec.field!)).filter((value) => value !== null);
  const vectors = given.filter((value) => typeof value === 'object');
  const values = given.filter((value) => typeof value !== 'object');
  const distinct = sorted([...new Set(values)]);
  const numbers = values as number[];
  switch (spec.aggregate) {
    case 'count':
      return values.length;
    case 'last_vector':
      return vectors.at(-1) ?? null;
    case 'mean_vector':
      return vectors[0]?.map((_, index) => meanOf(vectors.map((vector) => vector[index]!))!) ?? null;
    case 'count_distinct':
    case 'approx_count_distinct': // exact for the small numbers of values in tests
      return distinct.length;
    case 'share':
      return values.length === 0 ? 0 : timesOf(values, true) / values.length;
    case 'sum':
      return exactSum(numbers);
    case 'mean':
      return meanOf(numbers);
    case 'variance':
      return varianceOf(numbers);
    case 'stddev':
      return numbers.length === 0 ? null : Math.sqrt(varianceOf(numbers)!);
    case 'min':
      return distinct[0] ?? null;
    case 'max':
      return distinct.at(-1) ?? null;
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values.at(-1) ?? null;
    case 'last_k':
      return JSON.stringify(values.slice(-spec.k!));
    case 'collect_set':
      return JSON.stringify(distinct.slice(0, spec.bound));
    case 'top_k':
      return JSON.stringify(topK(values, distinct, spec.k!));
    case 'histogram':
      return `{${distinct.map((value) => `${JSON.stringify(`${value}`)}:${timesOf(values, value)}`).join(',')}}`;
    case 'most_frequent':
      return topK(values, distinct, 1)[0] ?? null;
    case 'diversity':
      return diversityOf(distinct.map((value) => BigInt(timesOf(values, value))));
    case 'quantile':
      return quantileOf(numbers, spec.quantile!);
    default:
      throw new Error(`the oracle does not know ${spec.aggregate}`);
  }
}

function passes(event: AcceptedEvent, where: OracleAggregate['where']): boolean {
  if (where !== null && typeof where.expression === 'object')
    return expressionValue(where.expression, (field) => fieldOf(event, field)) === true;
  return Object.entries(where ?? {}).every(([field, value]) => fieldOf(event, field) === value);
}

/** The value of a field, which may be one beside those of the example. */
function fieldOf(event: AcceptedEvent, field: string): OracleOperand {
  return (event as unknown as Record<string, OracleOperand>)[field]!;
}

/** The value of a field or expression. A time is in seconds since 1970. */
function valueOf(event: AcceptedEvent, of: OracleExpression): OracleValue {
  const value = expressionValue(of, (field) => fieldOf(event, field));
  return typeof value === 'bigint' ? Number(value) / 1e6 : value;
}

function byPlace(a: AcceptedEvent, b: AcceptedEvent): number {
  return (
    Number(a.event_ts - b.event_ts) ||
    a.kafka_partition - b.kafka_partition ||
    Number(a.kafka_offset - b.kafka_offset) ||
    a.kafka_index - b.kafka_index
  );
}

/** In ascending order: numbers by size, texts by their UTF-16 code units. */
function sorted<Value extends string | number | boolean>(values: readonly Value[]): Value[] {
  return [...values].sort((a, b) => (a < b ? -1 : Number(a > b)));
}

/** The mean of the times between neighbours, in seconds. */
function interarrivalOf(events: readonly AcceptedEvent[]): number | null {
  if (events.length < 2) return null;
  const gaps = events.slice(1).map(({ event_ts }, index) => event_ts - events[index]!.event_ts);
  return nearestDouble(total(gaps), BigInt(gaps.length) * 1_000_000n);
}

function timesOf<Value>(values: readonly Value[], value: Value): number {
  return values.filter((one) => one === value).length;
}

function topK<Value>(values: readonly Value[], distinct: readonly Value[], k: number): Value[] {
  return [...distinct].sort((a, b) => timesOf(values, b) - timesOf(values, a)).slice(0, k);
}

/** The chance that two values, drawn one after the other with replacement, differ. */
function diversityOf(times: readonly bigint[]): number {
  const all = total(times);
  const unlike = times.map((one) => one * (all - one));
  return all === 0n ? 0 : nearestDouble(total(unlike), all * all);
}

function meanOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const { units, scale } = asUnits(numbers);
  return nearestDouble(total(units), BigInt(numbers.length) * 10n ** BigInt(scale));
}

/** The mean of the squared distances from the mean m: Σ (n x − Σx)² / n³. */
function varianceOf(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const { units, scale } = asUnits(numbers);
  const n = BigInt(units.length);
  const sum = total(units);
  return nearestDouble(
    total(units.map((unit) => (n * unit - sum) ** 2n)),
    n ** 3n * 10n ** BigInt(2 * scale),
  );
}

function total(units: readonly bigint[]): bigint {
  return units.reduce((sum, unit) => sum + unit, 0n);
}

/**
 * The value of rank ⌊q (n − 1)⌋, as the middle of its bin. Bin k holds the values above γ^(k−1) and at most
 * γ^k.
 */
function quantileOf(numbers: readonly number[], q: number): number | null {
  const value = sorted(numbers)[Math.floor(q * (numbers.length - 1))];
  if (value === undefined) return null;
  const gamma = 1.01 / 0.99;
  const bin = Math.ceil(Math.log(Math.abs(value)) / Math.log(gamma));
  return value === 0 ? 0 : (Math.sign(value) * 2 * gamma ** bin) / (gamma + 1);
}
