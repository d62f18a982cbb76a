/** What became of the records of some micro-batches. */
export interface StreamCounts {
  readonly microBatches: number;
  readonly records: number;
  readonly raw: number;
  /** Raw events that are duplicates and enter no feature. */
  readonly duplicates: number;
  readonly deadLetters: number;
  /** Dead letters that the database refused as events. */
  readonly unstorable: number;
  readonly late: number;
  /** New and changed window rows. */
  readonly rows: number;
  /** Those of them that have approximate features. */
  readonly approximateRows: number;
}

export const NO_COUNTS: StreamCounts = {
  microBatches: 0,
  records: 0,
  raw: 0,
  duplicates: 0,
  deadLetters: 0,
  unstorable: 0,
  late: 0,
  rows: 0,
  approximateRows: 0,
};

export function addCounts(a: StreamCounts, b: StreamCounts): StreamCounts {
  return {
    microBatches: a.microBatches + b.microBatches,
    records: a.records + b.records,
    raw: a.raw + b.raw,
    duplicates: a.duplicates + b.duplicates,
    deadLetters: a.deadLetters + b.deadLetters,
    unstorable: a.unstorable + b.unstorable,
    late: a.late + b.late,
    rows: a.rows + b.rows,
    approximateRows: a.approximateRows + b.approximateRows,
  };
}
