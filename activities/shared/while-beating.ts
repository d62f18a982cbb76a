import { heartbeat } from '@temporalio/activity';

/** Often enough for the shortest heartbeat timeout of our workflows, 5 s. */
const BEAT_EVERY_MS = 1_000;

/**
 * Runs an activity's work and sends heartbeats meanwhile, so that Temporal soon notices a worker that died and can
 * tell the activity of a cancellation.
 *
 * @param progress what the Web UI shows as the heartbeat's details; asked for anew at each.
 */
export async function whileBeating<Result>(
  progress: () => unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  const beating = setInterval(() => heartbeat(progress()), BEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
