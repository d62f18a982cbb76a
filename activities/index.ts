import { createBatchActivities } from './batch/batch-activities.ts';
import { type OnlineDependencies, createOnlineActivities } from './online/online-activities.ts';
import { createRetentionActivities } from './retention/retention-activities.ts';
import { createBackfillActivities } from './stream/backfill-activities.ts';
import { createFieldActivities } from './stream/field-activities.ts';
import { type StreamDependencies, createStreamActivities } from './stream/stream-activities.ts';
import { createHostActivities } from './training/host-activities.ts';
import { createImpactActivities } from './training/impact/impact-activities.ts';
import { createModelActivities } from './training/model-activities.ts';
import type { ModelDependencies } from './training/model-dependencies.ts';
import { type ScoreDependencies, createScoreActivities } from './training/score-activities.ts';
import {
  type TrainingSetDependencies,
  createTrainingSetActivities,
} from './training/training-set-activities.ts';
import { createVerificationActivities } from './training/verification-activities.ts';

export type ActivityDependencies = StreamDependencies &
  ModelDependencies &
  OnlineDependencies &
  TrainingSetDependencies &
  ScoreDependencies;

export type Activities = ReturnType<typeof createActivities>;

/** Makes all activities of Asof, on these systems. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...createStreamActivities(dependencies),
    ...createBatchActivities(dependencies),
    ...createBackfillActivities(dependencies),
    ...createFieldActivities(dependencies),
    ...createRetentionActivities(dependencies),
    ...createTrainingSetActivities(dependencies),
    ...createImpactActivities(dependencies),
    ...createVerificationActivities(dependencies),
    ...createHostActivities(dependencies),
    ...createModelActivities(dependencies),
    ...createScoreActivities(dependencies),
    ...createOnlineActivities(dependencies),
  };
}
