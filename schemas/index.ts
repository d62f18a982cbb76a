/** The definition language: `import { eventSource, streamTable, … } from 'asof'`. */
export { type BatchTable, type BatchTableOptions, batchTable } from './definitions/batch-table.ts';
export { and, equals, isIn, isNull, not, or } from './definitions/conditions.ts';
export { endpoint } from './definitions/endpoint.ts';
export {
  type EventSource,
  type EventSourceOptions,
  eventSource,
  optional,
  required,
} from './definitions/event-source.ts';
export {
  approxCountDistinct,
  collectSet,
  count,
  countDistinct,
  first,
  histogram,
  last,
  lastK,
  max,
  mean,
  min,
  quantile,
  stddev,
  sum,
  topK,
  variance,
} from './definitions/aggregates.ts';
export {
  type ExternalTable,
  type ExternalTableOptions,
  externalTable,
} from './definitions/external-table.ts';
export { type LookupOptions, lookup } from './definitions/lookup.ts';
export { model } from './definitions/model.ts';
export { onlineTable } from './definitions/online-table.ts';
export {
  type ReferenceTable,
  type ReferenceTableOptions,
  referenceTable,
} from './definitions/reference-table.ts';
export { type StreamTable, type StreamTableOptions, streamTable } from './definitions/stream-table.ts';
export { trainingSet } from './definitions/training-set.ts';
export { add, coalesce, multiply, ratio, subtract } from './definitions/expressions.ts';
