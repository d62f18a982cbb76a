import { defineSignal } from '@temporalio/workflow';

/** Stop after the work that is running, and keep the cursors. */
export const pauseSignal = defineSignal('pause');
/** Go on at once. */
export const resumeSignal = defineSignal('resume');
/** Do all the work that is there now, then end. */
export const drainSignal = defineSignal('drain');
/** Start the next round without waiting for the trigger. */
export const runNowSignal = defineSignal('runNow');
