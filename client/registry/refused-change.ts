import { AsofError } from '../../domain/errors/asof-error.ts';

/** @throws AsofError `ASOF_CHANGE_REFUSED` with all problems, if there are any. */
export function refuseIf(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw refused(what, problems.join('; '));
}

export function refused(what: string, why: string, cause?: unknown): AsofError {
  return new AsofError(
    'ASOF_CHANGE_REFUSED',
    `${what} cannot be changed so: ${why}. Nothing was applied. Give the new shape a name of its own.`,
    { details: { what, why }, cause },
  );
}
