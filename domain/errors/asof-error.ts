/**
 * What an {@link AsofError} means to whoever has to decide what happens next.
 * `input`: the caller has to change something; trying again cannot help.
 * `unavailable`: a server or a resource is missing right now; trying again may help.
 * `conflict`: another writer was faster; read the state anew and try again.
 */
export type ErrorKind = 'input' | 'unavailable' | 'conflict';

export interface ErrorOptions {
  kind?: ErrorKind;
  details?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The one error of Asof. `code` (`ASOF_…`) is stable and documented; `message` says what is wrong, where,
 * what was expected, and what to do.
 */
export class AsofError extends Error {
  override readonly name = 'AsofError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, { kind = 'input', details = {}, cause }: ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.kind = kind;
    this.details = details;
  }
}

/** The error of a server that cannot be reached. */
export function unavailable(code: string, server: string, variable: string, cause: unknown): AsofError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AsofError(
    code,
    `cannot connect to ${server}: ${reason}. Is ${variable} right, and the server up (npx asof stack status)?`,
    { kind: 'unavailable', details: { variable }, cause },
  );
}
