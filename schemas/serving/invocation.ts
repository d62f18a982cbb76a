import { z } from 'zod';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { ErrorCode } from '../../domain/errors/errors.ts';

/** The input of one prediction: keys, and features that replace looked-up ones. */
export type RequestRecord = Readonly<Record<string, unknown>>;

const MAX_RECORDS = 10_000;
const FORMS = ['dataframe_records', 'dataframe_split', 'inputs'] as const;

const recordsSchema = z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_RECORDS);

const splitSchema = z
  .strictObject({
    index: z.array(z.unknown()).optional(),
    columns: z.array(z.string()).min(1),
    data: z.array(z.array(z.unknown())).min(1).max(MAX_RECORDS),
  })
  .superRefine(({ columns, data }, context) => {
    data.forEach((row, index) => {
      if (row.length === columns.length) return;
      const message = `has ${row.length} values for ${columns.length} columns`;
      context.addIssue({ code: 'custom', path: ['data', index], message });
    });
  });

const columnsSchema = z
  .record(z.string(), z.array(z.unknown()).min(1).max(MAX_RECORDS))
  .refine((columns) => new Set(Object.values(columns).map(({ length }) => length)).size === 1, {
    error: 'all columns must have the same number of values',
  });

/**
 * The body of an invocation, in one of the forms of Databricks: `dataframe_records` (a list of objects),
 * `dataframe_split` (columns and rows) or `inputs` (a list of objects, or an object of columns).
 */
export const invocationSchema = z
  .strictObject({
    dataframe_records: recordsSchema.optional(),
    dataframe_split: splitSchema.optional(),
    inputs: z.union([recordsSchema, columnsSchema]).optional(),
  })
  .refine((body) => FORMS.filter((form) => body[form] !== undefined).length === 1, {
    error: `must have exactly one of ${FORMS.join(', ')}, such as {"dataframe_records":[{"user_id":"u_1"}]}`,
  })
  .transform(({ dataframe_records, dataframe_split, inputs }): RequestRecord[] => {
    if (dataframe_records) return dataframe_records;
    if (dataframe_split) return dataframe_split.data.map((row) => recordOf(dataframe_split.columns, row));
    return Array.isArray(inputs) ? inputs : transposed(inputs!);
  });

function recordOf(columns: readonly string[], row: readonly unknown[]): RequestRecord {
  return Object.fromEntries(columns.map((column, index) => [column, row[index]]));
}

function transposed(columns: Readonly<Record<string, readonly unknown[]>>): RequestRecord[] {
  const names = Object.keys(columns);
  return columns[names[0]!]!.map((_, index) =>
    recordOf(
      names,
      names.map((name) => columns[name]![index]),
    ),
  );
}

/** The result of a record's lookup in one table. */
export interface LookupMetadata {
  readonly table: string;
  /**
   * `found_null`: a row was found, and the features in `nulls` are null in it. `unreadable`: the online store
   * holds something else than a row, so nothing is known of the features in `nulls`.
   */
  readonly status: 'found' | 'not_found' | 'found_null' | 'unreadable';
  readonly feature_ts: string | null;
  /** The write that made this version of the row. */
  readonly version: string | null;
  readonly nulls: readonly string[];
}

/** A record that has no answer, by its position in the request from 0. */
export interface RecordError {
  readonly record: number;
  readonly error_code: ErrorCode;
  readonly message: string;
}

/**
 * The answer of a model endpoint: the probability of class 1 for each record, in order; null for the records
 * in `errors`.
 */
export interface Predictions {
  readonly predictions: readonly (number | null)[];
  /** Omitted if every record has an answer. */
  readonly errors?: readonly RecordError[];
}

/**
 * The answer of a feature endpoint. Each record, in order, has its keys and features, and how they were
 * found. Features of an unreadable row are null.
 */
export interface FeatureOutputs {
  readonly outputs: readonly Readonly<Record<string, FeatureValue>>[];
  readonly metadata: readonly (readonly LookupMetadata[])[];
  /** Omitted if every record has an answer. */
  readonly errors?: readonly RecordError[];
}
