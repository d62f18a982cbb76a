import { activityInfo } from '@temporalio/activity';
import { AsofError } from '../../domain/errors/asof-error.ts';
import { quoted } from '../../domain/errors/quoted.ts';
import { type Instant, formatInstant, fromMillis, parseInstant } from '../../domain/time/instant.ts';

/**
 * Parses a time that lies before this activity was scheduled, by the clock of Temporal: the activity writes or
 * removes rows as of it, whichever workflow asks.
 *
 * @throws AsofError `ASOF_INPUT_INVALID` for any other.
 */
export function pastTime(time: string): Instant {
  const now = fromMillis(activityInfo().scheduledTimestampMs);
  const instant = parseInstant(time);
  if (instant !== undefined && instant <= now) return instant;
  throw new AsofError(
    'ASOF_INPUT_INVALID',
    `${quoted(time)} is not a time in the past; expected an RFC 3339 time not after ${formatInstant(now)}, which it is by the ` +
      'clock of Temporal',
  );
}
