import type { GivenRow } from '../../../domain/batch/written-row.ts';
import type { WriteOrigin } from '../../../db/batch/written/table-writes.ts';

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

/** How many rows are read before they are sent on. */
export const ROWS_PER_GROUP = 1_000;
