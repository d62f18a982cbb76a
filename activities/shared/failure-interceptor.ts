import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { namedDatabaseFailure } from '../../db/sql/named-failure.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * Turns an {@link AsofError} into the failure that operators read in the Web UI: the code as the type, the
 * message and the details. A failure of the database becomes one that says what to do. An error of kind `input` is not retried, since only a changed input can help.
 */
export function failureInterceptor(): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (thrown) {
        const error = namedDatabaseFailure(thrown);
        if (!(error instanceof AsofError)) throw error;
        throw ApplicationFailure.create({
          type: error.code,
          message: error.message,
          details: [error.details],
          nonRetryable: error.kind === 'input',
          cause: error,
        });
      }
    },
  };
}
