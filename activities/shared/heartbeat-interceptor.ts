import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { Progress } from './progress.ts';

/** Often enough for the shortest heartbeat timeout of our workflows, 5 s. */
const BEAT_EVERY_MS = 1_000;

/**
 * Sends an activity's heartbeats, by which Temporal notices a worker that died and tells the activity of a
 * cancellation: one a second, but only if the activity has got on since the last. One that hangs is so noticed like
 * one whose worker died. An activity without a heartbeat timeout has none.
 */
export function heartbeatInterceptor(context: Context): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      if (!context.info.heartbeatTimeoutMs) return next(input);
      const progress = new Progress();
      const beating = setInterval(() => {
        const beat = progress.take();
        if (beat) context.heartbeat(beat.details);
      }, BEAT_EVERY_MS);
      try {
        return await progress.during(() => next(input));
      } finally {
        clearInterval(beating);
      }
    },
  };
}
