import { z } from 'zod';
import type { FeatureValue } from '../../domain/aggregation/aggregator.ts';
import type { ErrorCode } from '../../domain/errors/errors.ts';
import type { Prediction } from '../../domain/training/model-output.ts';
import { type RequestBody, problemsOfBody } from './request-body.ts';

const MOST_PROBLEMS = 20;

/**
 * The body of an invocation, in one of the forms of Databricks: `dataframe_records` (a list of objects),
 * `dataframe_split` (columns and rows) or `inputs` (a list of objects, or an object of columns).
 */
export function invocationSchema(mostRecords: number) {
  return z
    .unknown()
    .superRefine((body, context) => {
      let listed = 0;
      for (const { message, path = [] } of problemsOfBody(body, mostRecords)) {
        context.addIssue({ code: 'custom', message, path });
        listed += 1;
        if (listed === MOST_PROBLEMS) return;
      }
    })
    .transform((body) => body as RequestBody);
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

/** The answer of a model endpoint: the prediction for each record, in order; null for the records in `errors`. */
export interface Predictions {
  readonly predictions: readonly (Prediction | null)[];
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
