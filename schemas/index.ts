/** The definition language: `import { eventSource, streamTable, … } from 'asof'`. */
export {
  eventSource,
  optional,
  required,
  type EventSource,
  type EventSourceOptions,
} from './event-source.ts';
export { count, countDistinct, last, ratio, sum } from './features.ts';
export { streamTable, type StreamTable, type StreamTableOptions } from './stream-table.ts';
