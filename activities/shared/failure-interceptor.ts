import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { diskFull } from './disk-full.ts';

/**
 * Turns an {@link AsofError}, or a full disk, into the failure that operators read in the Web UI: the code as the type, the
 * message and the details. An error of kind `input` is not retried, since only a changed input can help.
 */
export function failureInterceptor(): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (thrown) {
        const error = thrown instanceof AsofError ? thrown : diskFull(thrown);
        if (!error) throw thrown;
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
