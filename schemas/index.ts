/** The definition language: `import { eventSource, streamTable, … } from 'asof'`. */
export { batchTable, type BatchTable, type BatchTableOptions } from './batch-table.ts';
export { endpoint } from './endpoint.ts';
export {
  eventSource,
  optional,
  required,
  type EventSource,
  type EventSourceOptions,
} from './event-source.ts';
export {
  add,
  approxCountDistinct,
  coalesce,
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
  multiply,
  quantile,
  ratio,
  stddev,
  subtract,
  sum,
  topK,
  variance,
} from './features.ts';
export { lookup, type LookupOptions } from './lookup.ts';
export { model } from './model.ts';
export { onlineTable } from './online-table.ts';
export { referenceTable, type ReferenceTable, type ReferenceTableOptions } from './reference-table.ts';
export { streamTable, type StreamTable, type StreamTableOptions } from './stream-table.ts';
export { trainingSet } from './training-set.ts';
