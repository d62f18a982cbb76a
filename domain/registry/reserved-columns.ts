// Columns that Asof or Postgres writes. No field, key or feature may have one of these names.

/** Columns that every relation of Postgres has. */
export const POSTGRES_COLUMNS: readonly string[] = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'];

/** The place of an event in the log, what the stream found about it, and its write. */
export const RAW_EVENT_COLUMNS: readonly string[] = [
  'kafka_partition',
  'kafka_offset',
  'kafka_ts',
  'watermark',
  'duplicate',
  'invalid_fields',
  'kafka_index',
  'write_id',
];

/** The columns of every feature row: its moment, and the writes that made and superseded it. */
export const FEATURE_ROW_COLUMNS: readonly string[] = ['feature_ts', 'write_id', 'superseded_by'];

/**
 * The columns of every window row: those of a feature row, the bounds of its window, and which of its features
 * are approximate.
 */
export const WINDOW_ROW_COLUMNS: readonly string[] = [
  ...FEATURE_ROW_COLUMNS,
  'window_start',
  'window_end',
  'approximate_features',
];

/** What the tiles of a stream table have beside its keys. `of_tail` is in tables with a tail alone. */
export const TILE_COLUMNS: readonly string[] = ['tile_start', 'admitted_from', 'partials', 'of_tail'];

/** The columns of every reference row: the moment from which it is valid, and the write that made it. */
export const REFERENCE_ROW_COLUMNS: readonly string[] = ['valid_from', 'write_id'];
