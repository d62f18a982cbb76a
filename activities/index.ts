import { createBatchActivities } from './batch/batch-activities.ts';
import { type OnlineDependencies, createOnlineActivities } from './online/online-activities.ts';
import { createRetentionActivities } from './retention/retention-activities.ts';
import { createBackfillActivities } from './stream/backfill-activities.ts';
import { type StreamDependencies, createStreamActivities } from './stream/stream-activities.ts';
import { createHostActivities } from './training/host-activities.ts';
import { createModelActivities } from './training/model-activities.ts';
import type { ModelDependencies } from './training/model-dependencies.ts';
import {
  type TrainingSetDependencies,
  createTrainingSetActivities,
} from './training/training-set-activities.ts';

export type ActivityDependencies = StreamDependencies &
  ModelDependencies &
  OnlineDependencies &
  TrainingSetDependencies;

export type Activities = ReturnType<typeof createActivities>;

/** Makes all activities of Asof, on these systems. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...createStreamActivities(dependencies),
    ...createBatchActivities(dependencies),
    ...createBackfillActivities(dependencies),
    ...createRetentionActivities(dependencies),
    ...createTrainingSetActivities(dependencies),
    ...createHostActivities(dependencies),
    ...createModelActivities(dependencies),
    ...createOnlineActivities(dependencies),
  };
}
