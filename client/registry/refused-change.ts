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

/**
 * @param refusals the errors of single changes.
 * @throws AsofError `ASOF_CHANGE_REFUSED` with all of them, if there are any.
 */
export function refuseAll(refusals: readonly AsofError[]): void {
  const [first, ...others] = refusals;
  if (!first) return;
  if (others.length === 0) throw first;
  const refused = refusals.map(({ details }) => details);
  const lines = refused.map(({ what, why }) => `✖ ${String(what)} cannot be changed so: ${String(why)}`);
  throw new AsofError(
    'ASOF_CHANGE_REFUSED',
    `${refusals.length} changes are refused:\n${lines.join('\n')}\nNothing was applied. Give the new shapes names of their own.`,
    { details: { refused } },
  );
}
