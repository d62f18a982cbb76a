import type { ErrorEntry, ErrorKind } from './error-entry.ts';
import { ERRORS, type ErrorCode } from './errors.ts';

export const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  input: 400,
  conflict: 409,
  unavailable: 503,
};

/** The HTTP status of an answer that reports this code. */
export function httpStatus(code: ErrorCode): number {
  const { kind, status }: ErrorEntry = ERRORS[code];
  return status ?? STATUS_OF_KIND[kind];
}
