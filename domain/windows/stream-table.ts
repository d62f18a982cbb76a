import { aggregatorOf, holdsValues, partialKind } from '../aggregation/aggregates.ts';
import type { Aggregator } from '../aggregation/aggregator.ts';
import { compileExpression } from '../expressions/compile-expression.ts';
import { conditionsOf } from '../features/filter.ts';
import { vectorLength } from '../features/vectors.ts';
import type { Event, FieldValue } from '../log/event.ts';
import {
  type AggregateFeature,
  type EventSourceDefinition,
  type FeatureDefinition,
  type StreamTableDefinition,
  isAggregate,
} from '../registry/definition.ts';
import { meaningOf } from '../registry/described.ts';
import { WINDOW_ROW_COLUMNS } from '../registry/reserved-columns.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { type FinishedRow, rowFinisher } from './row-finisher.ts';
import { MAX_SLIDES_PER_WINDOW, type WindowSpec, windowOf } from './window.ts';

/** The values of an entity's primary keys, in the order of the table's primary keys. */
export type EntityKey = readonly string[];

/**
 * What the aggregate features of the same kind, field and filter share, ready to run on events of the source.
 */
export interface Aggregation {
  readonly aggregator: Aggregator<unknown>;
  /** The value that an event brings. Null if the event does not enter: filtered out, or null. */
  valueIn(event: Event): FieldValue;
  /** The partial after an event. It is the same partial if the event does not enter. */
  add(partial: unknown, event: Event): unknown;
}

/** How much a row and a tile of a table hold. A value is one cell, a vector as many as it has components. */
export interface TableCells {
  readonly row: number;
  readonly tile: number;
}

/** A length that some features of a row are computed over, and the indexes of their aggregations. */
export interface Span {
  readonly length: Duration;
  /** Whether its start moves by the tail of the table. Otherwise it moves with the end. */
  readonly byTail: boolean;
  readonly aggregations: readonly number[];
}

/**
 * A stream table compiled from its definition. Streaming, backfill and serving all run this one object, so
 * there is no second implementation of a feature.
 */
export interface CompiledStreamTable {
  readonly definition: StreamTableDefinition;
  readonly window: WindowSpec;
  readonly allowedLateness: Duration;
  readonly aggregations: readonly Aggregation[];
  readonly spans: readonly Span[];
  /** The indexes of the aggregations that a feature uses over a lifetime. Empty in most tables. */
  readonly lifetime: readonly number[];
  readonly cells: TableCells;
  /** The primary keys of an event. Undefined if one is null or empty: the event is not about the table. */
  keyOf(event: Event): EntityKey | undefined;
  /** The features of a row. `partials` are those of each span, then of the lifetime. */
  finish(partials: readonly (readonly unknown[])[]): FinishedRow;
}

/** Compiles a stream table. The definitions must have passed their checks together. */
export function compileStreamTable(
  definition: StreamTableDefinition,
  source: EventSourceDefinition,
): CompiledStreamTable {
  const fieldIndex = new Map(source.fields.map(({ name }, index) => [name, index]));
  const keyIndexes = definition.primaryKeys.map((name) => fieldIndex.get(name)!);
  const window = windowOf(definition.window);
  const features = definition.features.filter(isAggregate);
  const identities = [...new Set(features.map(aggregationIdentity))];
  const aggregated = identities.map((identity) =>
    features.find((feature) => aggregationIdentity(feature) === identity)!,
  );
  const sharing = Math.max(1, aggregated.filter(holdsValues).length);
  const lengths = [...new Set(features.map((feature) => lengthOf(feature, window.length)))];
  const placesOver = (length: Duration | 'lifetime') => [
    ...new Set(
      features
        .filter((feature) => lengthOf(feature, window.length) === length)
        .map((feature) => identities.indexOf(aggregationIdentity(feature))),
    ),
  ];
  const spans = lengths
    .filter((length) => length !== 'lifetime')
    .map((length) => ({ length, byTail: movesByTail(window, length), aggregations: placesOver(length) }));
  const finished = features.map((feature) => {
    const length = lengthOf(feature, window.length);
    const span = length === 'lifetime' ? spans.length : spans.findIndex((one) => one.length === length);
    const aggregation = identities.indexOf(aggregationIdentity(feature));
    return { name: feature.name, aggregator: aggregatorOf(feature, sharing), span, aggregation };
  });
  return {
    definition,
    window,
    allowedLateness: parseDuration(source.allowedLateness)!,
    aggregations: aggregated.map((feature) =>
      compileAggregation(feature, aggregatorOf(feature, sharing), fieldIndex),
    ),
    spans,
    lifetime: placesOver('lifetime'),
    cells: cellsOf(definition, source, aggregated),
    keyOf(event) {
      const key = keyIndexes.map((index) => event.values[index] as string | null);
      return key.every(Boolean) ? (key as string[]) : undefined;
    },
    finish: rowFinisher(definition.features, finished),
  };
}

/**
 * Whether a length is a window's own, or longer than a window without a tail may be. Shorter ones are exact to
 * the slide.
 */
function movesByTail({ length: whole, slide, tail }: WindowSpec, length: Duration): boolean {
  return tail !== undefined && (length === whole || length > MAX_SLIDES_PER_WINDOW * slide);
}

function cellsOf(
  { primaryKeys, features }: StreamTableDefinition,
  source: EventSourceDefinition,
  aggregated: readonly AggregateFeature[],
): TableCells {
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);
  const sizeOf = (feature: FeatureDefinition): number =>
    (isAggregate(feature) && vectorLength(feature, source)) || 1;
  return {
    row: primaryKeys.length + total(features.map(sizeOf)) + WINDOW_ROW_COLUMNS.length,
    tile: total(aggregated.map(sizeOf)),
  };
}

function lengthOf({ over }: AggregateFeature, tableLength: Duration): Duration | 'lifetime' {
  if (over === null) return tableLength;
  return over === 'lifetime' ? over : parseDuration(over)!;
}

/** Features that have the same partials, and differ only in name, length and quantile, share one aggregation. */
export function aggregationIdentity(feature: AggregateFeature): string {
  const aggregate = partialKind(feature.aggregate);
  return JSON.stringify({ ...meaningOf(feature), aggregate, name: null, over: null, quantile: null });
}

/** @param fieldIndex the places of the fields in the values of an event. */
export function compileAggregation(
  feature: AggregateFeature,
  aggregator: Aggregator<unknown>,
  fieldIndex: ReadonlyMap<string, number>,
): Aggregation {
  const reading = (field: string) => {
    const index = fieldIndex.get(field)!;
    return (event: Event) => event.values[index]!;
  };
  const valueOf =
    feature.field === null ? ({ eventTs }: Event) => eventTs : compileExpression(feature.field, reading);
  const conditions = conditionsOf(feature.where).map((condition) => compileExpression(condition, reading));
  const valueIn = (event: Event): FieldValue => {
    for (const holds of conditions) if (holds(event) !== true) return null;
    return valueOf(event);
  };
  return {
    aggregator,
    valueIn,
    add(partial, event) {
      const value = valueIn(event);
      return value === null ? partial : aggregator.add(partial, value, event);
    },
  };
}
