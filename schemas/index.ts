/** The definition language: `import { eventSource, streamTable, … } from 'asof'`. */
export { type BatchTable, type BatchTableOptions, batchTable } from './definitions/batch-table.ts';
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
  diversity,
  first,
  histogram,
  last,
  lastK,
  lastVector,
  max,
  mean,
  meanInterarrival,
  meanVector,
  min,
  mostFrequent,
  quantile,
  stddev,
  sum,
  topK,
  variance,
} from './definitions/aggregates.ts';
export { type EventCondition, countIf, share } from './definitions/conditional-aggregates.ts';
export {
  type ExternalTable,
  type ExternalTableOptions,
  externalTable,
} from './definitions/external-table.ts';
export { type LookupOptions, lookup } from './definitions/lookup.ts';
export { model } from './definitions/models/model.ts';
export { onlineTable } from './definitions/online-table.ts';
export {
  type ReferenceTable,
  type ReferenceTableOptions,
  referenceTable,
} from './definitions/reference-table.ts';
export {
  type RequestFeature,
  type RequestFeatureOptions,
  requestFeature,
} from './definitions/request-feature.ts';
export { type StreamTable, type StreamTableOptions, streamTable } from './definitions/stream-table.ts';
export { trainingSet } from './definitions/training-set.ts';
export { coalesce, described, toNumber, toText, toTime, when } from './definitions/expressions/choices.ts';
export {
  abs,
  add,
  clip,
  divide,
  exp,
  floor,
  log,
  multiply,
  ratio,
  round,
  sqrt,
  subtract,
} from './definitions/expressions/numbers.ts';
export { concat, contains, length, lower, startsWith, text } from './definitions/expressions/texts.ts';
export { dayOfWeek, hourOfDay, logicalTime, now, secondsBetween } from './definitions/expressions/times.ts';
export {
  and,
  atLeast,
  atMost,
  equals,
  greater,
  isIn,
  isNull,
  less,
  named,
  not,
  or,
} from './definitions/expressions/truths.ts';
