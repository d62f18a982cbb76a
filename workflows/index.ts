/** The exports are the workflow types that clients and schedules start. */
export { applyRetention } from './retention/apply-retention.ts';
export { assessImpact } from './training/assess-impact.ts';
export { backfillFeatures } from './stream/backfill-features.ts';
export { buildTrainingSet } from './training/build-training-set.ts';
export { computeBatchFeatures } from './batch/compute-batch-features.ts';
export { fillFields } from './stream/fill-fields.ts';
export { refreshOnlineTable } from './online/refresh-online-table.ts';
export { scoreBatch } from './training/score-batch.ts';
export { streamFeatures } from './stream/stream-features.ts';
export { trainModel } from './training/train-model.ts';
export { verifyTrainingSet } from './training/verify-training-set.ts';
