import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CompiledStreamTable } from '../../domain/windows/stream-table.ts';
import { cellsPerRow, rowsOf } from '../../domain/windows/tile-pages.ts';

/** A table is wide if one tile touches so many values of rows: those of 100 features over 100 windows. */
const WIDE = 10_000;

/**
 * How much the heap may grow between two collections, in percent of what they leave. V8's own choice goes up to
 * some 300, which is faster for most programs.
 */
const GROWTH_PERCENT = 50;

let isEarly = false;

/**
 * Lets the process collect its garbage earlier from now on, if the table is wide. The rows of a page are old
 * when they have been written, so only a full collection frees them, and a wide table makes gigabytes of them.
 */
export function collectRowsEarly(table: CompiledStreamTable): void {
  if (isEarly || rowsOf(table, { size: 1, entities: 1 }) * cellsPerRow(table) < WIDE) return;
  isEarly = true;
  v8.setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  // V8 sets the next bound at a collection. The present bound is high, because the start of a worker bundles code.
  v8.setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
