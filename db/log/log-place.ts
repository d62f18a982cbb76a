import type { BulkColumn } from '../sql/bulk-insert.ts';

/** Where a record, or an event of its list, is in the log. Places are ordered by partition, offset, and index. */
export interface LogPlace {
  readonly partition: number;
  readonly offset: bigint;
  /** Of an event of the list of its record. Undefined: 0. */
  readonly index?: number | undefined;
}

/** A place as a map key. */
export function placeId({ partition, offset, index = 0 }: LogPlace): string {
  return `${partition}/${offset}/${index}`;
}

/** The record of a place as a map key. */
export function recordId({ partition, offset }: LogPlace): string {
  return `${partition}/${offset}`;
}

/** The columns `kafka_partition`, `kafka_offset` and `kafka_index` of places. */
export function placeColumns(places: readonly LogPlace[]): BulkColumn[] {
  return [
    { name: 'kafka_partition', type: 'int', values: places.map(({ partition }) => partition) },
    { name: 'kafka_offset', type: 'bigint', values: places.map(({ offset }) => offset) },
    { name: 'kafka_index', type: 'int', values: places.map(({ index = 0 }) => index) },
  ];
}
