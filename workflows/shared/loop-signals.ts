import { defineSignal } from '@temporalio/workflow';

/** Stop after the work that is running; keep the place. */
export const pauseSignal = defineSignal('pause');
/** Go on, at once. */
export const resumeSignal = defineSignal('resume');
/** Do all the work that there is now, then end. */
export const drainSignal = defineSignal('drain');
/** Do not wait for the trigger. */
export const runNowSignal = defineSignal('runNow');
