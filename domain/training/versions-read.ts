/**
 * Which versions of rows a lookup reads.
 *
 * - `current`: those that are current in the snapshot of the database.
 * - `at-cut`: those that were current at a knowledge cut.
 * - `all`: every version that was written up to a knowledge cut and that a read may have given as of some moment:
 *   not those that were superseded before they could become visible.
 */
export type VersionsRead =
  | { readonly which: 'current' }
  | { readonly which: 'at-cut'; readonly cut: string }
  | {
      readonly which: 'all';
      /** A sequence, as a decimal text. */
      readonly cut: string;
      /** The last sync of the table that counts as published. 0: there is none, and only what was known counts. */
      readonly lastSync: number;
    };
