import type { FeatureValue, Position } from './aggregator.ts';

/** A value at its place in the log. */
export interface Placed {
  readonly value: FeatureValue;
  readonly at: Position;
}

/** The order of "first" and "last": by event time, then partition, then offset. No two events share a place. */
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
