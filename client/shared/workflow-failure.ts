import { ServiceError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { AsofError, unavailable } from '../../domain/errors/asof-error.ts';
import type { ErrorCodeOf } from '../../domain/errors/errors.ts';

/**
 * Turns a workflow's failure into an error with the reason that the workflow gives, without Temporal's
 * wrappers, and a failure of Temporal itself into `ASOF_TEMPORAL_UNAVAILABLE`. Returns any other error
 * unchanged.
 */
export function workflowFailure(error: unknown, code: ErrorCodeOf<'input'>, workflowId: string): unknown {
  if (error instanceof ServiceError)
    return unavailable('ASOF_TEMPORAL_UNAVAILABLE', 'Temporal', 'TEMPORAL_ADDRESS', error);
  if (!(error instanceof WorkflowFailedError)) return error;
  let cause: unknown = error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  const reason = cause instanceof ApplicationFailure ? `${cause.message} (${cause.type})` : error.message;
  return new AsofError(code, `workflow ${workflowId} failed: ${reason}`, {
    details: { workflowId },
    cause: error,
  });
}
