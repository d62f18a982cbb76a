import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { databaseFailure } from '../../db/sql/database-failure.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { Redaction } from '../../domain/secrets/redaction.ts';
import { boundedFailure } from './bounded-failure.ts';
import { diskFull } from './disk-full.ts';

/**
 * Turns an {@link AsofError} into the failure that operators read in the Web UI: the code as the type, the
 * message and the details. A full disk and a failure of the database become one that says what to do. An
 * error of kind `input` is not retried, since only a changed input can help. Takes the secrets out of every
 * error, with its causes, and bounds it, so that no text of any length gets into a history.
 */
export function failureInterceptor(redaction: Redaction): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (thrown) {
        const error = redaction.of(thrown);
        throw error instanceof CancelledFailure ? error : boundedFailure(failureOf(error));
      }
    },
  };
}

function failureOf(thrown: unknown): Error {
  const error = thrown instanceof AsofError ? thrown : (diskFull(thrown) ?? databaseFailure(thrown));
  if (!error) return thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, message, details, kind, cause, stack = '' } = error;
  const failure = new ApplicationFailure(
    message,
    code,
    kind === 'input',
    [details],
    cause as Error | undefined,
  );
  return Object.assign(failure, { stack });
}
