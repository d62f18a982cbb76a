import type { FeatureValue, Position } from './aggregator.ts';

/** A value with its position in event order. */
export interface Placed {
  readonly value: FeatureValue;
  readonly at: Position;
}

/**
 * Whether `a` comes before `b` in event order: by event time, then partition, then offset. No two events are
 * equal.
 */
export function isBefore(a: Position, b: Position): boolean {
  if (a.eventTs !== b.eventTs) return a.eventTs < b.eventTs;
  if (a.partition !== b.partition) return a.partition < b.partition;
  return a.offset < b.offset;
}

export function encodePlaced({ value, at }: Placed): unknown {
  return [value, String(at.eventTs), at.partition, String(at.offset)];
}

export function decodePlaced(json: unknown): Placed {
  const [value, eventTs, partition, offset] = json as [FeatureValue, string, number, string];
  return { value, at: { eventTs: BigInt(eventTs), partition, offset: BigInt(offset) } };
}
