// Columns that Asof writes itself, so that no field, key or feature may have their names.

/** Where an event was in Kafka, and what became of it there. */
export const RAW_EVENT_COLUMNS: readonly string[] = [
  'kafka_partition',
  'kafka_offset',
  'kafka_ts',
  'watermark',
  'duplicate',
  'write_id',
];

/** The moment that a feature row is about, and the writes that made and superseded it. */
export const FEATURE_ROW_COLUMNS: readonly string[] = ['feature_ts', 'write_id', 'superseded_by'];

/** Those of a feature row, and the bounds of its window. */
export const WINDOW_ROW_COLUMNS: readonly string[] = [...FEATURE_ROW_COLUMNS, 'window_start', 'window_end'];

/** From when on a reference row is valid, and the write that made it. */
export const REFERENCE_ROW_COLUMNS: readonly string[] = ['valid_from', 'write_id'];
