import type { Instant } from '../../time/instant.ts';

/** A table below this size is read as a whole in no time. */
const SMALLEST_BYTES = 16 * 2 ** 20;

/** A spine with less than this share of the keys reads their rows alone. */
const LEAST_SHARE = 0.25;

/** 0001-01-01T00:00:00Z. DuckDB reads no earlier time as Postgres writes it. */
const YEAR_1: Instant = -62_135_596_800_000_000n;

/** A chunk of a table: the rows of `[from, to)`. */
interface Chunk {
  readonly from: Instant;
  readonly to: Instant;
  readonly bytes: number;
}

/** A table, and what a spine asks of it. */
export interface MirrorCandidate {
  /** Those with rows that the spine may look up, the earliest first. */
  readonly chunks: readonly Chunk[];
  /** The number of different keys that the spine looks up. */
  readonly wanted: number;
  /** About how many keys the table has. Null: it is not known. */
  readonly keys: number | null;
  /** Chunks that together have so many bytes are read through their mirror. Omitted: 16 MiB. */
  readonly mirrorFrom?: number | undefined;
}

/** Why the rows of the wanted keys are read instead of the mirror of a table. */
export const NOT_MIRRORED = {
  noRows: 'it has no chunk of that time',
  small: 'its chunks of that time are small',
  fewKeys: 'the spine has few of its keys',
  ancient: 'it has rows of before the year 1',
} as const;

export type WhyNotMirrored = keyof typeof NOT_MIRRORED;

/** The chunks with rows of some times, both included. */
export function chunksWithin<Part extends Chunk>(
  chunks: readonly Part[],
  { earliest, latest }: { readonly earliest: Instant; readonly latest: Instant },
): Part[] {
  return chunks.filter(({ from, to }) => from <= latest && to > earliest);
}

/** Undefined: the table is read through its mirror. */
export function whyNotMirrored(table: MirrorCandidate): WhyNotMirrored | undefined {
  const { chunks, wanted, keys, mirrorFrom = SMALLEST_BYTES } = table;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  if (chunks.length === 0) return 'noRows';
  if (bytes < mirrorFrom) return 'small';
  if (wanted < (keys ?? 0) * LEAST_SHARE) return 'fewKeys';
  return chunks[0]!.from < YEAR_1 ? 'ancient' : undefined;
}
