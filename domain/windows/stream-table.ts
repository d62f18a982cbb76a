import { aggregatorOf, holdsValues } from '../aggregation/aggregates.ts';
import type { Aggregator } from '../aggregation/aggregator.ts';
import { compileExpression } from '../expressions/compile-expression.ts';
import { conditionsOf } from '../features/filter.ts';
import type { Event, ScalarValue } from '../log/event.ts';
import {
  type AggregateFeature,
  type EventSourceDefinition,
  type StreamTableDefinition,
  isAggregate,
} from '../registry/definition.ts';
import { meaningOf } from '../registry/described.ts';
import { type Duration, parseDuration } from '../time/duration.ts';
import { type FinishedRow, rowFinisher } from './row-finisher.ts';
import { type WindowSpec, windowOf } from './window.ts';

/** The values of an entity's primary keys, in the order of the table's primary keys. */
export type EntityKey = readonly string[];

/**
 * What the aggregate features of the same kind, field and filter share, ready to run on events of the source.
 */
export interface Aggregation {
  readonly aggregator: Aggregator<unknown>;
  /**
   * The partial after an event. It is the same partial if the event does not enter: filtered out, or null.
   */
  add(partial: unknown, event: Event): unknown;
}

/** A length that some features of a row are computed over, and the indexes of their aggregations. */
export interface Span {
  readonly length: Duration;
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
    .map((length) => ({ length, aggregations: placesOver(length) }));
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
    keyOf(event) {
      const key = keyIndexes.map((index) => event.values[index] as string | null);
      return key.every(Boolean) ? (key as string[]) : undefined;
    },
    finish: rowFinisher(definition.features, finished),
  };
}

function lengthOf({ over }: AggregateFeature, tableLength: Duration): Duration | 'lifetime' {
  if (over === null) return tableLength;
  return over === 'lifetime' ? over : parseDuration(over)!;
}

/** Features that differ only in name, length and quantile share one aggregation. */
function aggregationIdentity(feature: AggregateFeature): string {
  return JSON.stringify({ ...meaningOf(feature), name: null, over: null, quantile: null });
}

function compileAggregation(
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
  return {
    aggregator,
    add(partial, event) {
      for (const holds of conditions) if (holds(event) !== true) return partial;
      const value = valueOf(event);
      if (value === null) return partial;
      // No aggregate takes a list.
      return aggregator.add(partial, value as Exclude<ScalarValue, null>, event);
    },
  };
}
