import { type OnlineRow } from './online-row.ts';
import type { Pointer, Publication } from './publication.ts';

/**
 * A key's rows as one sync wrote them, newest first: the last closed row, and the rows that are still coming.
 */
export interface Generation {
  readonly sync: number;
  readonly rows: readonly OnlineRow[];
}

/** The generations, newest first, that readers may need while the next sync is written. */
export function generationsInUse(
  generations: readonly Generation[],
  pointer: Pointer | undefined,
): Generation[] {
  if (pointer === undefined) return [];
  const needed = [pointer.current, pointer.previous].map(
    (publication) => publication && generationOf(generations, publication),
  );
  return [...new Set(needed)].filter((generation) => generation != null);
}

export function generationOf(
  generations: readonly Generation[],
  { sync, since }: Publication,
): Generation | undefined {
  const newest = generations.find((generation) => generation.sync <= sync);
  return newest && newest.sync >= since ? newest : undefined;
}
