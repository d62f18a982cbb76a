import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { Redaction } from '../../domain/secrets/redaction.ts';
import { ActivityProgress } from './progress.ts';

/** Frequent enough for the shortest heartbeat timeout of our workflows, 5 s. */
const BEAT_EVERY_MS = 1_000;

/**
 * Sends the heartbeats of an activity, by which Temporal notices a dead worker and tells the activity of a
 * cancellation. Sends one per second, but only if the activity has made progress since the last, so Temporal
 * notices an activity that hangs just like a dead worker. An activity without a heartbeat timeout sends none.
 * Takes the secrets out of the details.
 */
export function heartbeatInterceptor(
  context: Context,
  redaction: Redaction,
): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const { heartbeatTimeoutMs, startToCloseTimeoutMs } = context.info;
      const progress = new ActivityProgress(startToCloseTimeoutMs);
      if (!heartbeatTimeoutMs) return progress.during(() => next(input));
      const beat = (): void => {
        const made = progress.take();
        if (made) context.heartbeat(redaction.of(made.details));
      };
      const beating = setInterval(beat, BEAT_EVERY_MS);
      try {
        return await progress.during(() => next(input));
      } catch (error) {
        beat(); // the next attempt learns from the details how far this one came
        throw error;
      } finally {
        clearInterval(beating);
      }
    },
  };
}
