import type { FeatureType, FieldType } from '../../domain/registry/definition.ts';
import type { CopyType } from './binary-copy.ts';

/** The SQL types of event and reference fields. */
export const FIELD_COLUMNS: Record<FieldType, CopyType> = {
  string: 'text',
  double: 'double precision',
  integer: 'bigint',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  decimal: 'numeric',
  date: 'date',
  'string[]': 'text[]',
  'double[]': 'double precision[]',
  'integer[]': 'bigint[]',
  'boolean[]': 'boolean[]',
};

/** The SQL types of features. */
export const FEATURE_COLUMNS: Record<FeatureType, CopyType> = {
  'double[]': 'double precision[]',
  bigint: 'bigint',
  double: 'double precision',
  string: 'text',
  boolean: 'boolean',
};
