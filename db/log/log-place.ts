import type { BulkColumn } from '../sql/bulk-insert.ts';

/** Where a record is in the log. Places are ordered by partition, then offset. */
export interface LogPlace {
  readonly partition: number;
  readonly offset: bigint;
}

/** A place as a map key. */
export function placeId({ partition, offset }: LogPlace): string {
  return `${partition}/${offset}`;
}

/** The columns `kafka_partition` and `kafka_offset` of places. */
export function placeColumns(places: readonly LogPlace[]): BulkColumn[] {
  return [
    { name: 'kafka_partition', type: 'int', values: places.map(({ partition }) => partition) },
    { name: 'kafka_offset', type: 'bigint', values: places.map(({ offset }) => offset) },
  ];
}
