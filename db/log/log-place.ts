import type { BulkColumn } from '../sql/bulk-insert.ts';

/** A place in the order of partitions and offsets. */
export interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

export function placeId({ partition, offset }: Place): string {
  return `${partition}/${offset}`;
}

export function placeColumns(places: readonly Place[]): BulkColumn[] {
  return [
    { name: 'kafka_partition', type: 'int', values: places.map(({ partition }) => partition) },
    { name: 'kafka_offset', type: 'bigint', values: places.map(({ offset }) => offset) },
  ];
}
