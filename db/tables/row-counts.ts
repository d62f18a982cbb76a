/** The rows that were written. */
export interface RowCounts {
  /** The number of new and changed rows. */
  readonly rows: number;
  /** The number of those that have approximate features. */
  readonly approximate: number;
}

export const NO_ROWS: RowCounts = { rows: 0, approximate: 0 };

export function addRows(a: RowCounts, b: RowCounts): RowCounts {
  return { rows: a.rows + b.rows, approximate: a.approximate + b.approximate };
}
