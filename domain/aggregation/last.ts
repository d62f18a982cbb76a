import type { Aggregator, FeatureValue, Position } from './aggregator.ts';

type Last = { readonly value: FeatureValue; readonly at: Position } | null;

/** The non-null value with the greatest (event time, partition, offset). Null for nothing. */
export const last: Aggregator<Last> = {
  empty: () => null,
  add: (partial, value, at) => latest(partial, { value: value as FeatureValue, at }),
  merge: (partials) => partials.reduce(latest, null),
  finish: (partial) => partial?.value ?? null,
  encode: (partial) =>
    partial && [partial.value, String(partial.at.eventTs), partial.at.partition, String(partial.at.offset)],
  decode(json) {
    if (json === null) return null;
    const [value, eventTs, partition, offset] = json as [FeatureValue, string, number, string];
    return { value, at: { eventTs: BigInt(eventTs), partition, offset: BigInt(offset) } };
  },
};

function latest(a: Last, b: Last): Last {
  if (a === null || b === null) return a ?? b;
  return isBefore(a.at, b.at) ? b : a;
}

function isBefore(a: Position, b: Position): boolean {
  if (a.eventTs !== b.eventTs) return a.eventTs < b.eventTs;
  if (a.partition !== b.partition) return a.partition < b.partition;
  return a.offset < b.offset;
}
