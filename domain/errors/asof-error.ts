import type { ErrorKind } from './error-entry.ts';
import { ERRORS, type ErrorCode, type ErrorCodeOf } from './errors.ts';

export interface ErrorOptions {
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The error that Asof throws. `message` says what is wrong, where, what was expected, and what to do. */
export class AsofError extends Error {
  override readonly name = 'AsofError';
  /** A stable code, such as `ASOF_SOURCE_UNKNOWN`. */
  readonly code: ErrorCode;
  /** `input`, `unavailable` or `conflict`: whether to change something, or to try again. */
  readonly kind: ErrorKind;
  /** The values that the message names, for programs. */
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, { details = {}, cause }: ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.kind = ERRORS[code].kind;
    this.details = details;
  }
}

/**
 * The error for a server that cannot be reached.
 *
 * @param variable the environment variable with its address.
 */
export function unavailable(
  code: ErrorCodeOf<'unavailable'>,
  server: string,
  variable: string,
  cause: unknown,
): AsofError {
  const reason = reasonOf(cause);
  return new AsofError(
    code,
    `cannot connect to ${server}: ${reason}. Is ${variable} right, and the server up (npx asof stack status)?`,
    { details: { variable }, cause },
  );
}

/** The message of a failure. Node tries every address of a host, and has no message but those of the attempts. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && !cause.message) return cause.errors.map(reasonOf).join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
