import type { RowValues } from './read-row.ts';

/** Something that was given as a row, with its place: the number of its line, or of the row, from 1. */
export type GivenRow = { readonly at: number } & (
  { readonly json: Uint8Array } | { readonly problem: string }
);

/** A row that was read, with its place. */
export interface WrittenRow {
  readonly at: number;
  readonly values: RowValues;
}
