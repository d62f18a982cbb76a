import { momentOf } from '../../client/shared/moment.ts';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { type Duration, parseDuration } from '../../domain/time/duration.ts';
import type { Instant } from '../../domain/time/instant.ts';

/**
 * Parses a moment that a test gives.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` if the text is not RFC 3339.
 */
export function instantOf(option: string, text: string): Instant {
  return momentOf(option, text);
}

/**
 * Parses a duration that a test gives.
 *
 * @throws AsofError `ASOF_INPUT_INVALID`.
 */
export function durationOf(option: string, text: string): Duration {
  const duration = text === '0' ? 0n : parseDuration(text);
  if (duration !== undefined) return duration;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `${option} '${text}' is not a duration; expected one such as '90 days' or '15 minutes'`,
    { details: { [option]: text } },
  );
}
