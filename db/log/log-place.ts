import type { BulkColumn } from '../sql/bulk-insert.ts';

/** A place in the order of partitions and offsets. */
export interface LogPlace {
  readonly partition: number;
  readonly offset: bigint;
}

export function placeId({ partition, offset }: LogPlace): string {
  return `${partition}/${offset}`;
}

export function placeColumns(places: readonly LogPlace[]): BulkColumn[] {
  return [
    { name: 'kafka_partition', type: 'int', values: places.map(({ partition }) => partition) },
    { name: 'kafka_offset', type: 'bigint', values: places.map(({ offset }) => offset) },
  ];
}
