import { z } from 'zod';

/** The input of `fillFields`, from the stream of the source: one JSON object. */
export const fillFieldsInputSchema = z.strictObject({
  /** The event source whose stored events get fields that it has gained. */
  source: z.string().min(1),
  /** The number of records in a step. Each step is one transaction. */
  maxRecords: z.int().min(1).max(100_000).default(10_000),
});

export type FillFieldsInput = z.input<typeof fillFieldsInputSchema>;

/** The validated input of the workflow. */
export type FieldFillSettings = z.output<typeof fillFieldsInputSchema>;

/** What a run of the workflow hands to the next. */
export const fieldsContinuationSchema = z.object({
  records: z.number(),
  filled: z.number(),
}) satisfies z.ZodType<FieldFillCounts>;

/** What a fill of fields did, in numbers. */
export interface FieldFillCounts {
  /** The number of records that were read again. */
  readonly records: number;
  /** The number of raw events that got the values of their records, once for each time. */
  readonly filled: number;
}

/** What one activity returns: what it did, and what is left. */
export interface FieldFillReceipt {
  readonly counts: FieldFillCounts;
  readonly done: boolean;
  /** The fields that are being filled, sorted. */
  readonly fields: readonly string[];
  /** The number of offsets that are left, of all partitions. */
  readonly left: number;
}

export type FieldFillState = 'starting' | 'filling' | 'done';

/** How far a fill of fields is: the answer to its `status` query, and the result of the workflow. */
export interface FieldFillStatus extends FieldFillCounts {
  readonly source: string;
  readonly state: FieldFillState;
  readonly fields: readonly string[];
  readonly left: number;
}
