import type { FieldValue } from '../event.ts';
import type { RecordContent } from '../json/record-content.ts';
import type { Misfit } from './misfit.ts';

/** Reads a value that stands in a record as one of its field. */
export type ReadValue = (value: unknown, content: RecordContent) => FieldValue | Misfit;

/** The value of a field with exact numbers, where their digits are needed. */
type ExactValue = (content: RecordContent) => unknown;

export interface ReaderOptions {
  readonly isEventTime: boolean;
  readonly exact: ExactValue;
}
