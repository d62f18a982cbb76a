import { type Instant, earlier } from '../time/instant.ts';
import type { CompiledStreamTable, EntityKey } from './stream-table.ts';
import type { EntityRange } from './window-row.ts';
import { largestTiles, tileStart } from './window.ts';

/**
 * The ranges of an entity's tiles from which the rows of a table with a tail are made that end from `first` to
 * `last`, both included: the tail tiles of all whole tails, and the tiles of slides of the last tail and of the
 * spans that are exact to the slide. They begin with what is left of the window before, which shows which of the
 * ends are turns.
 */
export function rowReads(
  { window, spans }: CompiledStreamTable,
  key: EntityKey,
  { first, last }: { readonly first: Instant; readonly last: Instant },
): readonly [slides: EntityRange, tails: EntityRange] {
  const before = first - window.slide;
  const tail = tileStart(largestTiles(window), before);
  const exact = spans.filter(({ byTail }) => !byTail).map(({ length }) => before - length);
  return [
    { key, from: exact.reduce(earlier, tail), to: last },
    { key, from: tail - window.length, to: last, ofTail: true },
  ];
}
