import type { AsofError } from '../../domain/errors/asof-error.ts';
import { redisUnavailable } from './client.ts';

/** The names of ioredis's errors, and the messages of those that are plain. */
const NAMES = ['ReplyError', 'MaxRetriesPerRequestError', 'AbortError'];
const MESSAGES = ['Connection is closed.', 'Command timed out'];

/** The error of Asof for an error of ioredis. Undefined if the error is not ioredis's. */
export function redisFailure(error: unknown): AsofError | undefined {
  if (!(error instanceof Error)) return undefined;
  const isOfDriver = NAMES.includes(error.name) && error.stack?.includes('redis');
  return isOfDriver || MESSAGES.includes(error.message) ? redisUnavailable(error) : undefined;
}
