import { aggregatorOf } from './aggregation/index.ts';
import type { Aggregator, FeatureValue } from './aggregation/aggregator.ts';
import {
  isAggregate,
  type AggregateFeature,
  type DerivedFeature,
  type EventSourceDefinition,
  type FeatureDefinition,
  type StreamTableDefinition,
} from './definition.ts';
import { parseDuration } from './duration.ts';
import type { Event } from './event.ts';
import { derivationOrder, evaluate } from './expression.ts';
import type { WindowSpec } from './window.ts';

/** The primary key's values, in the order of the table's primary keys. */
export type EntityKey = readonly string[];

/** One aggregate feature, ready to run on events of its source. */
export interface Aggregation {
  readonly name: string;
  readonly aggregator: Aggregator<unknown>;
  /** The partial after an event; the same partial where the event does not enter (filtered out, or null). */
  add(partial: unknown, event: Event): unknown;
}

/**
 * A stream feature table compiled from its definition. Streaming, backfill and serving all run this one object:
 * there is no second implementation of a feature.
 */
export interface StreamTable {
  readonly definition: StreamTableDefinition;
  readonly window: WindowSpec;
  readonly aggregations: readonly Aggregation[];
  keyOf(event: Event): EntityKey;
  /** All features of a row, in the definition's order, from one partial per aggregation. */
  finish(partials: readonly unknown[]): FeatureValue[];
}

export function compileStreamTable(
  definition: StreamTableDefinition,
  source: EventSourceDefinition,
): StreamTable {
  const fieldIndex = new Map(source.fields.map(({ name }, index) => [name, index]));
  const keyIndexes = definition.primaryKeys.map((name) => fieldIndex.get(name)!);
  const aggregations = definition.features
    .filter(isAggregate)
    .map((feature) => compileAggregation(feature, fieldIndex));
  const derived = derivationOrder(definition.features).order;
  return {
    definition,
    window: {
      length: parseDuration(definition.window.length)!,
      slide: parseDuration(definition.window.slide)!,
    },
    aggregations,
    keyOf: (event) => keyIndexes.map((index) => event.values[index] as string),
    finish: (partials) => finishRow(definition.features, aggregations, derived, partials),
  };
}

function compileAggregation(feature: AggregateFeature, fieldIndex: ReadonlyMap<string, number>): Aggregation {
  const aggregator = aggregatorOf(feature);
  const valueIndex = feature.field === null ? undefined : fieldIndex.get(feature.field)!;
  const conditions = Object.entries(feature.where ?? {}).map(
    ([field, expected]) => [fieldIndex.get(field)!, expected] as const,
  );
  return {
    name: feature.name,
    aggregator,
    add(partial, event) {
      for (const [index, expected] of conditions) if (event.values[index] !== expected) return partial;
      const value = valueIndex === undefined ? event.eventTs : event.values[valueIndex];
      return value === null || value === undefined ? partial : aggregator.add(partial, value, event);
    },
  };
}

function finishRow(
  features: readonly FeatureDefinition[],
  aggregations: readonly Aggregation[],
  derived: readonly DerivedFeature[],
  partials: readonly unknown[],
): FeatureValue[] {
  const row = new Map<string, FeatureValue>();
  aggregations.forEach(({ name, aggregator }, index) => row.set(name, aggregator.finish(partials[index])));
  for (const { name, expression } of derived) row.set(name, evaluate(expression, row));
  return features.map(({ name }) => row.get(name)!);
}
