import type { ErrorEntry } from './error-entry.ts';
import { ERRORS, type ErrorCode } from './errors.ts';

/** The status for a code whose entry has none: no request causes it, so no other request would help. */
export const STATUS_OF_OTHERS = 503;

/** The HTTP status of an answer that reports this code. */
export function httpStatus(code: ErrorCode): number {
  return entryOf(code).status ?? STATUS_OF_OTHERS;
}

/**
 * What an answer with this code tells the caller in place of the error's own words, which are for the operator: they
 * name servers, and repeat what these say. Undefined if the words are for callers.
 */
export function wordsForCallers(code: ErrorCode): string | undefined {
  const { status, means } = entryOf(code);
  return status === undefined ? `${means}; the log of the server says more` : undefined;
}

function entryOf(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}
