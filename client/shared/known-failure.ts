import { kafkaFailure } from '../../adapters/kafka/connection-failure.ts';
import { redisFailure } from '../../adapters/redis/redis-failure.ts';
import { databaseFailure } from '../../db/sql/database-failure.ts';
import { AsofError, reasonOf } from '../../domain/errors/asof-error.ts';
import { systemFailure } from './system-failure.ts';
import { temporalFailure } from './temporal-failure.ts';

/** How many causes to search for one that is known. */
const DEPTH = 5;

/**
 * Any error as one of Asof: the errors of drivers and of the operating system, which say what to do, and
 * `ASOF_UNEXPECTED` for all others.
 */
export function knownFailure(error: unknown): AsofError {
  let cause = error;
  for (let depth = 0; depth < DEPTH && cause instanceof Error; depth += 1, cause = cause.cause) {
    const known =
      cause instanceof AsofError
        ? cause
        : (databaseFailure(cause) ??
          kafkaFailure(cause) ??
          redisFailure(cause) ??
          temporalFailure(cause) ??
          systemFailure(cause));
    if (known) return known;
  }
  return new AsofError(
    'ASOF_UNEXPECTED',
    `unexpected: ${reasonOf(error)}. This is a fault of Asof; run the command again with --verbose, and report what it prints`,
    { cause: error },
  );
}
