/** The exports are the workflow types that clients and schedules start. */
export { applyRetention } from './retention/apply-retention.ts';
export { backfillFeatures } from './stream/backfill-features.ts';
export { buildTrainingSet } from './training/build-training-set.ts';
export { computeBatchFeatures } from './batch/compute-batch-features.ts';
export { refreshOnlineTable } from './online/refresh-online-table.ts';
export { streamFeatures } from './stream/stream-features.ts';
export { trainModel } from './training/train-model.ts';
