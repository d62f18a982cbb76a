import type { EventOrder, FeatureValue } from './aggregator.ts';

/** A value with its position in event order. */
export interface OrderedValue {
  readonly value: FeatureValue;
  readonly at: EventOrder;
}

/**
 * Whether `a` comes before `b` in event order: by event time, then partition, then offset, then index. No two events are
 * equal.
 */
export function isBefore(a: EventOrder, b: EventOrder): boolean {
  if (a.eventTs !== b.eventTs) return a.eventTs < b.eventTs;
  if (a.partition !== b.partition) return a.partition < b.partition;
  if (a.offset !== b.offset) return a.offset < b.offset;
  return (a.index ?? 0) < (b.index ?? 0);
}

/** The position of an event, and nothing else of it. */
export function positionOf({ eventTs, partition, offset, index = 0 }: EventOrder): EventOrder {
  return index === 0 ? { eventTs, partition, offset } : { eventTs, partition, offset, index };
}

export function encodeOrdered({ value, at }: OrderedValue): unknown {
  const { eventTs, partition, offset, index = 0 } = at;
  return [value, String(eventTs), partition, String(offset), ...(index === 0 ? [] : [index])];
}

export function decodeOrdered(json: unknown): OrderedValue {
  const [value, eventTs, partition, offset, index] = json as [FeatureValue, string, number, string, number?];
  return { value, at: positionOf({ eventTs: BigInt(eventTs), partition, offset: BigInt(offset), index }) };
}
