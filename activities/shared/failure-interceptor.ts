import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { AsofError } from '../../domain/errors/asof-error.ts';

/**
 * Turns an {@link AsofError} into the failure that an operator reads in the Web UI: its code as the type, its
 * message and details, and no retry where only a changed input can help.
 */
export function failureInterceptor(): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
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
