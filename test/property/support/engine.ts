import type { EventSourceDefinition, StreamTableDefinition } from '../../../domain/registry/definition.ts';
import { type MicroBatch, type StreamEngine, streamEngine } from '../../../domain/stream/micro-batch.ts';
import { type CompiledStreamTable, compileStreamTable } from '../../../domain/windows/stream-table.ts';
import type { WindowRow } from '../../../domain/windows/window-row.ts';
import { windowStart } from '../../../domain/windows/window.ts';
import { userActivityFeatures } from '../../../examples/churn/definitions/user-activity-features.ts';
import { userEvents } from '../../../examples/churn/definitions/user-events.ts';
import type { Settings, Stream } from './stream.ts';

/** The name of the example's stream table. */
export const ACTIVITY = userActivityFeatures.definition.name;

/**
 * The example's engine with the settings of a stream, and with `tables` in addition to the example's table.
 */
export function engineFor(stream: Stream, tables: readonly StreamTableDefinition[] = []): StreamEngine {
  const source = sourceWith(stream.settings);
  const definitions = [activityWith(stream.settings), ...tables];
  return streamEngine(
    source,
    definitions.map((definition) => compileStreamTable(definition, source)),
  );
}

export function sourceWith({
  lateness,
  maxAhead,
  maxBehind,
  kafkaTimestamps,
  deduplicate,
  explodes,
  fields = [],
  rules: { where, tombstones, invalid } = {},
}: Settings): EventSourceDefinition {
  const { definition } = userEvents;
  return {
    ...definition,
    allowedLateness: `${lateness} minutes`,
    maxAhead: `${maxAhead} minutes`,
    maxBehind: maxBehind === null ? 'none' : `${maxBehind} minutes`,
    kafkaTimestamps,
    fields: [...definition.fields, ...fields],
    explode: explodes ? ['batch'] : undefined,
    where,
    tombstones,
    invalid,
    deduplicate: deduplicate && { by: deduplicate.by, within: `${deduplicate.within} minutes` },
  };
}

function activityWith({ length, slide, offset, tail }: Settings): StreamTableDefinition {
  return {
    ...userActivityFeatures.definition,
    window: { ...windowWith(length, slide, offset), tail: tail === undefined ? tail : `${tail} minutes` },
  };
}

/** A window in minutes. An offset need not be that of a day: the engine takes any. */
export function windowWith(length: number, slide: number, offset = 0): StreamTableDefinition['window'] {
  const window = { length: `${length} minutes`, slide: `${slide} minutes` };
  return offset === 0 ? window : { ...window, offset: `${offset} minutes` };
}

/** The micro-batch that the engine makes of the whole log at once. */
export function foldAll(stream: Stream): MicroBatch {
  return engineFor(stream).fold(stream.records, new Map());
}

/** A window row with its columns by name, as in the database. */
export function columns(
  { definition, window }: CompiledStreamTable,
  { key, end, values }: WindowRow,
): Record<string, unknown> {
  return {
    ...Object.fromEntries(definition.primaryKeys.map((name, index) => [name, key[index]])),
    window_start: windowStart(window, end),
    window_end: end,
    feature_ts: end,
    ...Object.fromEntries(definition.features.map(({ name }, index) => [name, values[index]])),
  };
}
