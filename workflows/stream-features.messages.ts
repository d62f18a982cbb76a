import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { StreamStatus } from '../schemas/stream-features.ts';

/** Stop after the micro-batches that are running; keep the cursors. */
export const pauseSignal = defineSignal('pause');
/** Go on, at once. */
export const resumeSignal = defineSignal('resume');
/** Read to the head that the topic has now, then end. */
export const drainSignal = defineSignal('drain');
/** Do not wait for the trigger. */
export const runNowSignal = defineSignal('runNow');

export const statusQuery = defineQuery<StreamStatus>('status');
