import type { WriteOrigin } from '../../../db/batch/written/table-writes.ts';
import type { GivenRow } from '../../../domain/batch/written-row.ts';
import type { WrittenTable } from '../../../domain/batch/written-table.ts';

/** Rows as somebody gives them, of any format. */
export interface GivenRows {
  /** What the place of a row counts. */
  readonly place: 'line' | 'row';
  /** Whether the format has texts alone, so that numbers and truth values are texts. */
  readonly isTextOnly: boolean;
  readonly groups: AsyncIterable<readonly GivenRow[]>;
  /** Where the rows come from. To be called when all have been read. */
  readonly origin: () => WriteOrigin;
}

/** A file of rows for a table. */
export interface RowFile {
  /** `-`: standard input. */
  readonly path: string;
  readonly table: WrittenTable;
  /** Called with what a person should know of the file. */
  readonly onNote: (note: string) => void;
}

/** How many rows are read before they are sent on. */
export const ROWS_PER_GROUP = 1_000;
