/** Named exports are the workflow types that people start. */
export { applyRetention } from './apply-retention.ts';
export { backfillFeatures } from './backfill-features.ts';
export { buildTrainingSet } from './build-training-set.ts';
export { computeBatchFeatures } from './compute-batch-features.ts';
export { refreshOnlineTable } from './refresh-online-table.ts';
export { streamFeatures } from './stream-features.ts';
export { trainModel } from './train-model.ts';
