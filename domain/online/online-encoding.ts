import type { FeatureValue } from '../aggregation/aggregator.ts';
import type { Generation } from './generation.ts';
import type { OnlineRow } from './online-row.ts';
import type { Pointer, Publication } from './publication.ts';

type EncodedValue = FeatureValue | readonly [string];
type EncodedRow = readonly [featureTs: string, version: string, ...values: EncodedValue[]];
type EncodedGeneration = readonly [sync: number, ...rows: EncodedRow[]];
type EncodedPublication = Omit<Publication, 'publishedAt' | 'availableAfter'> & {
  readonly publishedAt: string;
  readonly availableAfter: string;
};

/**
 * A key's generations as compact JSON. Moments and versions are strings, since JSON has no 64-bit integers.
 */
export function encodeGenerations(generations: readonly Generation[]): string {
  return JSON.stringify(generations.map(({ sync, rows }) => [sync, ...rows.map(encodeRow)]));
}

export function decodeGenerations(text: string): Generation[] {
  return (JSON.parse(text) as EncodedGeneration[]).map(([sync, ...rows]) => ({
    sync,
    rows: rows.map(([featureTs, version, ...values]) => ({
      featureTs: BigInt(featureTs),
      version,
      values: values.map(decodeValue),
    })),
  }));
}

export function encodePointer({ current, previous }: Pointer): string {
  return JSON.stringify({
    current: encodePublication(current),
    previous: previous && encodePublication(previous),
  });
}

export function decodePointer(text: string): Pointer {
  const { current, previous } = JSON.parse(text) as {
    current: EncodedPublication;
    previous: EncodedPublication | null;
  };
  return { current: decodePublication(current), previous: previous && decodePublication(previous) };
}

function encodeRow({ featureTs, version, values }: OnlineRow): EncodedRow {
  return [String(featureTs), version, ...values.map(encodeValue)];
}

/** Wraps NaN and the infinities in a list, because JSON would write them as null. */
function encodeValue(value: FeatureValue): EncodedValue {
  return typeof value === 'number' && !Number.isFinite(value) ? [String(value)] : value;
}

function decodeValue(value: EncodedValue): FeatureValue {
  return typeof value === 'object' && value !== null ? Number(value[0]) : value;
}

function encodePublication(publication: Publication): EncodedPublication {
  const { publishedAt, availableAfter } = publication;
  return { ...publication, publishedAt: String(publishedAt), availableAfter: String(availableAfter) };
}

function decodePublication(encoded: EncodedPublication): Publication {
  const { publishedAt, availableAfter } = encoded;
  return { ...encoded, publishedAt: BigInt(publishedAt), availableAfter: BigInt(availableAfter) };
}
