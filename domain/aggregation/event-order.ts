import type { EventOrder, FeatureValue } from './aggregator.ts';

/** A value with its position in event order. */
export interface OrderedValue {
  readonly value: FeatureValue;
  readonly at: EventOrder;
}

/**
 * Whether `a` comes before `b` in event order: by event time, then partition, then offset. No two events are
 * equal.
 */
export function isBefore(a: EventOrder, b: EventOrder): boolean {
  if (a.eventTs !== b.eventTs) return a.eventTs < b.eventTs;
  if (a.partition !== b.partition) return a.partition < b.partition;
  return a.offset < b.offset;
}

export function encodeOrdered({ value, at }: OrderedValue): unknown {
  return [value, String(at.eventTs), at.partition, String(at.offset)];
}

export function decodeOrdered(json: unknown): OrderedValue {
  const [value, eventTs, partition, offset] = json as [FeatureValue, string, number, string];
  return { value, at: { eventTs: BigInt(eventTs), partition, offset: BigInt(offset) } };
}
