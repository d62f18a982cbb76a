import { AsofError } from '../../domain/errors/asof-error.ts';

/** @throws AsofError `ASOF_CHANGE_REFUSED` when there are problems, with all of them. */
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
