import { AsofError, reasonOf, unavailable } from '../../domain/errors/asof-error.ts';

/** The status codes of gRPC that say that the server is away or busy. */
const AWAY = new Set([1, 4, 8, 14]);

/**
 * The error of Asof for an error of Temporal's client or worker that no caller has turned into one. Undefined
 * if the error is not Temporal's.
 */
export function temporalFailure(error: unknown): AsofError | undefined {
  if (!(error instanceof Error)) return undefined;
  const isOfService = error.name === 'ServiceError' || error.name === 'TransportError';
  if (isOfService && isAway(error))
    return unavailable('ASOF_TEMPORAL_UNAVAILABLE', 'Temporal', 'TEMPORAL_ADDRESS', error.cause ?? error);
  if (!isOfService && !error.name.startsWith('Workflow') && !error.name.startsWith('Schedule'))
    return undefined;
  const reason = error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
  return new AsofError(
    'ASOF_TEMPORAL_REFUSED',
    `Temporal refused a request: ${reason}. Check TEMPORAL_NAMESPACE, and the rights of this client`,
    { cause: error },
  );
}

function isAway(error: Error): boolean {
  const { cause } = error;
  if (!(cause instanceof Error) || !('code' in cause)) return error.name === 'TransportError';
  return AWAY.has(Number(cause.code));
}
