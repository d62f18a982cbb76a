import { parseInstant } from '../../../domain/time/instant.ts';
import type { CompiledStreamTable } from '../../../domain/windows/stream-table.ts';
import { firstCompleteTile, largestTiles, tileStart } from '../../../domain/windows/window.ts';
import type { LateRange } from './merge-late-events.ts';

/** Widens a range of event time, in RFC 3339, to the tiles that it touches. */
export function alignToTiles(
  { window }: CompiledStreamTable,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): LateRange {
  const largest = largestTiles(window);
  return {
    from: from === null ? null : tileStart(largest, parseInstant(from)!),
    to: to === null ? null : firstCompleteTile(largest, parseInstant(to)!),
  };
}
