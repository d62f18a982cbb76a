import type { Instant } from '../time/instant.ts';
import type { CompiledStreamTable } from './stream-table.ts';
import type { Tile } from './tile.ts';
import { slideNumber, slideStart } from './window.ts';

/**
 * The turns of some tiles of a table with a tail, in ascending order, each once: the ends at which a tile enters
 * or leaves one of the table's spans. These are the ends at which there is a row. A tail tile gives those turns of
 * the tiles it is made of that lie above its `admittedFrom`, and this one if it lies above its end.
 */
export function turnsOf(table: CompiledStreamTable, tiles: Iterable<Tile>): Instant[] {
  const { window } = table;
  const { tail, whole, sawtooths, exact } = spansInSlides(table);
  const turns = new Set<number>();
  for (const { start, admittedFrom, ofTail } of tiles) {
    const first = slideNumber(window, start);
    const enters = slideNumber(window, admittedFrom);
    const afterTail = Math.floor(first / tail) * tail + tail;
    if (enters >= afterTail + whole) continue;
    if (!ofTail || enters > afterTail) turns.add(enters);
    for (const length of sawtooths) if (afterTail + length > enters) turns.add(afterTail + length);
    if (ofTail) continue;
    for (const length of exact) if (first + 1 + length > enters) turns.add(first + 1 + length);
  }
  return [...turns].sort((a, b) => a - b).map((turn) => slideStart(window, turn));
}

/** The lengths of a table's spans, as numbers of slides. */
interface SpansInSlides {
  readonly tail: number;
  /** The length of the window. */
  readonly whole: number;
  /** The lengths of the spans that start by the tail, and of the window. */
  readonly sawtooths: readonly number[];
  /** Those of the spans that start by the slide. */
  readonly exact: readonly number[];
}

function spansInSlides({ window, spans }: CompiledStreamTable): SpansInSlides {
  const slides = (length: bigint): number => Number(length / window.slide);
  const lengthsOf = (byTail: boolean): number[] =>
    spans.filter((span) => span.byTail === byTail).map(({ length }) => slides(length));
  const whole = slides(window.length);
  const sawtooths = [...new Set([whole, ...lengthsOf(true)])];
  return { tail: slides(window.tail!), whole, sawtooths, exact: lengthsOf(false) };
}
