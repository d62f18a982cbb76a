import { setImmediate } from 'node:timers/promises';
import type { Upserts } from '../../domain/windows/table-merge.ts';
import { cellsPerRow } from '../../domain/windows/tile-pages.ts';
import type { WindowRow } from '../../domain/windows/window-row.ts';
import { writeFeatureRows } from './feature-rows.ts';
import { NO_ROWS, type RowCounts, addRows } from './row-counts.ts';
import type { TableWrite } from './table-write.ts';

/**
 * The number of values that are read, computed and written at once. This many take some tens of milliseconds
 * and some tens of megabytes.
 */
export const CELLS_PER_PAGE = 500_000;

/** How long rows are computed before the process does other work, in ms. */
const TURN_MS = 50;

/**
 * Writes rows while they are computed, page by page, so that a process can do other work in between, and its
 * memory does not grow with the number of rows.
 *
 * @param divide divides a page by what is stored.
 */
export async function writeRows(
  write: TableWrite,
  rows: Iterable<WindowRow>,
  divide: (page: readonly WindowRow[]) => Upserts<WindowRow> | Promise<Upserts<WindowRow>>,
): Promise<RowCounts> {
  const rowsPerPage = Math.ceil(CELLS_PER_PAGE / cellsPerRow(write.table));
  let page: WindowRow[] = [];
  let written = NO_ROWS;
  let turn = Date.now() + TURN_MS;
  for (const row of rows) {
    page.push(row);
    if (page.length === rowsPerPage) {
      written = addRows(written, await writeFeatureRows(write, await divide(page)));
      page = [];
    }
    if (Date.now() < turn) continue;
    await setImmediate();
    turn = Date.now() + TURN_MS;
  }
  return page.length === 0 ? written : addRows(written, await writeFeatureRows(write, await divide(page)));
}
