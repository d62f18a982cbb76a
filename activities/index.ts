import { createBackfillActivities } from './backfill.ts';
import { createBatchActivities } from './batch.ts';
import { createModelActivities, type ModelDependencies } from './model.ts';
import { createOnlineActivities, type OnlineDependencies } from './online.ts';
import { createRetentionActivities } from './retention.ts';
import { createStreamActivities, type StreamDependencies } from './stream.ts';
import { createTrainingSetActivities } from './training-set.ts';

export type ActivityDependencies = StreamDependencies & ModelDependencies & OnlineDependencies;

export type Activities = ReturnType<typeof createActivities>;

/** Every activity of Asof, with the systems it works on handed in. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    ...createStreamActivities(dependencies),
    ...createBatchActivities(dependencies),
    ...createBackfillActivities(dependencies),
    ...createRetentionActivities(dependencies),
    ...createTrainingSetActivities(dependencies),
    ...createModelActivities(dependencies),
    ...createOnlineActivities(dependencies),
  };
}
