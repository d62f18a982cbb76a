import type { FeatureValue } from '../aggregation/aggregator.ts';
import type { Generation } from './generation.ts';
import type { OnlineRow } from './online-row.ts';
import type { Pointer, Publication } from './publication.ts';

type EncodedRow = readonly [featureTs: string, version: string, ...values: FeatureValue[]];
type EncodedPublication = Omit<Publication, 'publishedAt' | 'availableAfter'> & {
  readonly publishedAt: string;
  readonly availableAfter: string;
};

/**
 * A key's generations as compact JSON. Moments and versions are strings, since JSON has no 64-bit integers.
 * The numbers of features are those that JSON has exactly; see `domain/features/fit-number.ts`.
 */
export function encodeGenerations(generations: readonly Generation[]): string {
  return JSON.stringify(generations.map(({ sync, rows }) => [sync, ...rows.map(encodeRow)]));
}

/** @throws TypeError or SyntaxError for a text that {@link encodeGenerations} did not make. */
export function decodeGenerations(text: string): Generation[] {
  return listOf(JSON.parse(text)).map((generation) => {
    const [sync, ...rows] = listOf(generation);
    return { sync: wholeOf(sync), rows: rows.map(decodeRow) };
  });
}

export function encodePointer({ current, previous }: Pointer): string {
  return JSON.stringify({
    current: encodePublication(current),
    previous: previous && encodePublication(previous),
  });
}

/** @throws TypeError or SyntaxError for a text that {@link encodePointer} did not make. */
export function decodePointer(text: string): Pointer {
  const { current, previous } = JSON.parse(text) as {
    current: EncodedPublication;
    previous: EncodedPublication | null;
  };
  return { current: decodePublication(current), previous: previous && decodePublication(previous) };
}

function encodeRow({ featureTs, version, values }: OnlineRow): EncodedRow {
  return [String(featureTs), version, ...values];
}

function decodeRow(encoded: unknown): OnlineRow {
  const [featureTs, version, ...values] = listOf(encoded);
  return { featureTs: BigInt(textOf(featureTs)), version: textOf(version), values: values.map(decodeValue) };
}

function decodeValue(value: unknown): FeatureValue {
  const isScalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  const isVector = Array.isArray(value) && value.every((one) => Number.isFinite(one));
  if (value === null || isScalar || isVector) return value as FeatureValue;
  throw new TypeError(
    'a feature is neither null nor a text, a truth value, a finite number or a list of such',
  );
}

function encodePublication(publication: Publication): EncodedPublication {
  const { publishedAt, availableAfter } = publication;
  return { ...publication, publishedAt: String(publishedAt), availableAfter: String(availableAfter) };
}

function decodePublication(encoded: EncodedPublication): Publication {
  const { sync, since, publishedAt, availableAfter, features } = encoded;
  return {
    ...encoded,
    sync: wholeOf(sync),
    since: wholeOf(since),
    publishedAt: BigInt(textOf(publishedAt)),
    availableAfter: BigInt(textOf(availableAfter)),
    features: listOf(features).map(textOf),
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new TypeError('a list is missing');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('a text is missing');
}

function wholeOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new TypeError('a whole number is missing');
}
