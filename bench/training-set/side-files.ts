/** What a side reads and writes. */
export interface SideFiles {
  /** For what it keeps beside its rows. */
  readonly folder: string;
  /** The Parquet file of the spine. */
  readonly spine: string;
  /** The Parquet file that it writes. */
  readonly out: string;
}

/** What a side took, as its process measures it. */
export interface SideFigures {
  readonly seconds: number;
  readonly memoryMiB: number;
}
