import { type MadeSpine, madeSpineWords } from '../../../domain/training/made-spine.ts';

/** A row of a spine: the values of its columns. What is null or undefined is an empty text. */
export type GivenSpineRow = Readonly<
  Record<string, string | number | bigint | boolean | Date | null | undefined>
>;

/**
 * Where the rows of a spine come from: the path of a CSV or Parquet file, rows, or a query of the offline store.
 */
export type SpineSource =
  | string
  | {
      /** The columns are the members of the first row. Is read once. */
      readonly rows: Iterable<GivenSpineRow> | AsyncIterable<GivenSpineRow>;
    }
  | {
      /** A SELECT, which runs as the role of batch queries: it only reads, within the limits of these. */
      readonly query: string;
    };

/** Whether the workflow makes the spine. */
export function isMadeSpine(spine: SpineSource | MadeSpine): spine is MadeSpine {
  return typeof spine === 'object' && 'entitiesOf' in spine;
}

/** The source in a few words. */
export function spineName(spine: SpineSource | MadeSpine): string {
  if (typeof spine !== 'object') return String(spine);
  if (isMadeSpine(spine)) return madeSpineWords(spine);
  return 'query' in spine ? 'a query' : 'given rows';
}
