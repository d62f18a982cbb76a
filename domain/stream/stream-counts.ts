/** A number for each of some names. */
export type CountsByName = Readonly<Record<string, number>>;

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
  /** Records that are not for the source: the filter says so, or they are tombstones that it skips. */
  readonly skipped: number;
  /** By name: how often an optional field did not fit and became null. */
  readonly invalidFields: CountsByName;
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
  skipped: 0,
  invalidFields: {},
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
    skipped: a.skipped + b.skipped,
    invalidFields: addByName(a.invalidFields, b.invalidFields),
    late: a.late + b.late,
    rows: a.rows + b.rows,
    approximateRows: a.approximateRows + b.approximateRows,
  };
}

export function addByName(a: CountsByName, b: CountsByName): CountsByName {
  const sums: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b))
    sums[name] = (Object.hasOwn(sums, name) ? sums[name]! : 0) + count;
  return sums;
}
