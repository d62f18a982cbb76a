/** The names that pandas gives an index in CSV, in CSV that it has read before, and in Parquet. */
const INDEX_NAMES = /^$|^Unnamed: \d+$|^__index_level_\d+__$/;

/**
 * The positions of columns that hold an index which a program wrote beside the columns that were meant: those
 * without a name of their own that nobody reads.
 *
 * @param isRead whether somebody reads the column with a name.
 */
export function indexColumns(names: readonly string[], isRead: (name: string) => boolean): readonly number[] {
  return [...names.keys()].filter((at) => INDEX_NAMES.test(names[at]!) && !isRead(names[at]!));
}
