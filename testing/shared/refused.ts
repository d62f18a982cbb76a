import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * The error for what a simulation does not have.
 *
 * @param what names the definition, and what of it takes a server.
 */
export function refused(what: string, details: Readonly<Record<string, string>>): AsofError {
  return new AsofError(
    'ASOF_SIMULATION_REFUSED',
    `${what}, which a simulation does not have; leave it out of the test, or test it on the servers`,
    { details },
  );
}
