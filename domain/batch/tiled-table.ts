import { aggregatorOf, holdsValues } from '../aggregation/aggregates.ts';
import type { FeatureValue } from '../aggregation/aggregator.ts';
import { fieldsRead } from '../features/fields-read.ts';
import { MAX_WHOLE } from '../features/fit-number.ts';
import type { Event } from '../log/event.ts';
import { isKeyTooLong } from '../log/key-length.ts';
import {
  type AggregateFeature,
  type AggregateKind,
  type EventSourceDefinition,
  type FeatureDefinition,
  type ReferenceTableDefinition,
  type TiledBatchTable,
  isAggregate,
} from '../registry/definition.ts';
import { parseDuration } from '../time/duration.ts';
import { type FinishedFeature, rowFinisher } from '../windows/row-finisher.ts';
import {
  type Aggregation,
  type EntityKey,
  aggregationIdentity,
  compileAggregation,
} from '../windows/stream-table.ts';
import { type Day, dayOf, startOf } from './day-tiles.ts';
import {
  type FindRow,
  aggregatorOfRows,
  countedKeys,
  isOfEnough,
  keysCounted,
  partialOfRows,
} from './joined-feature.ts';
import { type JoinedColumn, type JoinedTable, joinKey, joinThrough, joinedColumns } from './joined-tables.ts';

/** The days that some features are computed over, and the indexes of their aggregations. */
export interface DaySpan {
  /** How many days before the logical time the span begins. Undefined: all. */
  readonly days: number | undefined;
  readonly aggregations: readonly number[];
}

/** By span, then by aggregation: what the events of an entity come to. */
export type Partials = readonly (readonly unknown[])[];

/** A batch table that is computed from day tiles, compiled from its definition. */
export interface CompiledTiledTable {
  readonly definition: TiledBatchTable;
  /** How many days before the logical time events are read. Undefined: all. */
  readonly lookBack: number | undefined;
  /** What a tile holds a partial of. */
  readonly aggregations: readonly Aggregation[];
  readonly spans: readonly DaySpan[];
  readonly joined: readonly JoinedTable[];
  /** The fields of events that are read. */
  readonly reads: ReadonlySet<string>;
  /**
   * The primary keys of an event. Undefined if one is null or empty, or they are too long for a row: the event is not
   * about the table.
   */
  keyOf(event: Event): EntityKey | undefined;
  /** By reference table: the keys of the rows that {@link finish} will look for. */
  keysOf(key: EntityKey, partials: Partials): ReadonlyMap<string, Iterable<string>>;
  /** The values of the features, in order. */
  finish(key: EntityKey, partials: Partials, at: Day, findRow: FindRow): readonly FeatureValue[];
}

/** Compiles a batch table without SQL. The definitions must have passed their checks together. */
export function compileTiledTable(
  definition: TiledBatchTable,
  source: EventSourceDefinition,
  references: readonly ReferenceTableDefinition[],
): CompiledTiledTable {
  const { primaryKeys, lookBack } = definition;
  const joined = references.map((reference) => ({
    reference,
    through: joinThrough(reference, definition, source)!,
  }));
  const fieldIndex = new Map(source.fields.map(({ name }, index) => [name, index]));
  const keyIndexes = primaryKeys.map((name) => fieldIndex.get(name)!);
  const placed = placeAggregates(definition, joined);
  return {
    definition,
    lookBack: lookBack === undefined ? undefined : dayOf(parseDuration(lookBack)!),
    aggregations: placed.stored.map((feature) =>
      compileAggregation(feature, aggregatorOf(feature, placed.sharing), fieldIndex),
    ),
    spans: placed.spans,
    joined,
    reads: new Set([source.eventTime, ...primaryKeys, ...placed.stored.flatMap(fieldsRead)]),
    keyOf(event) {
      const key = keyIndexes.map((index) => event.values[index] as string | null);
      return key.every(Boolean) && !isKeyTooLong(key as string[]) ? (key as string[]) : undefined;
    },
    ...compileFinish(definition, joined, placed),
  };
}

/** An aggregate feature, with the place of its partial. */
interface PlacedFeature extends FinishedFeature {
  readonly aggregate: AggregateKind;
  /** What it is of, if that is not a field or expression of the events. */
  readonly column: JoinedColumn | undefined;
}

interface Placed {
  /** The aggregates that tiles hold, each once. */
  readonly stored: readonly AggregateFeature[];
  readonly sharing: number;
  readonly spans: readonly DaySpan[];
  readonly features: readonly PlacedFeature[];
}

function placeAggregates(definition: TiledBatchTable, joined: readonly JoinedTable[]): Placed {
  const columns = joinedColumns(joined);
  const columnOf = ({ field }: AggregateFeature) =>
    typeof field === 'string' ? columns.get(field) : undefined;
  const inTiles = (feature: AggregateFeature): AggregateFeature => {
    const column = columnOf(feature);
    return column ? countedKeys(feature, column) : untyped(feature);
  };
  const aggregates = allFeatures(definition).filter(isAggregate);
  const stored = [...new Map(aggregates.map(inTiles).map((one) => [aggregationIdentity(one), one])).values()];
  const identities = stored.map(aggregationIdentity);
  const lengths = [...new Set(aggregates.map(daysOver))];
  const sharing = Math.max(1, stored.filter(holdsValues).length);
  const features = aggregates.map((feature) => ({
    name: feature.name,
    aggregate: feature.aggregate,
    aggregator: aggregatorOf(feature, sharing),
    span: lengths.indexOf(daysOver(feature)),
    aggregation: identities.indexOf(aggregationIdentity(inTiles(feature))),
    column: columnOf(feature),
  }));
  const spans = lengths.map((days, index) => ({
    days,
    aggregations: [
      ...new Set(features.filter(({ span }) => span === index).map(({ aggregation }) => aggregation)),
    ],
  }));
  return { stored, sharing, spans, features };
}

function compileFinish(
  definition: TiledBatchTable,
  joined: readonly JoinedTable[],
  { features, spans }: Placed,
): Pick<CompiledTiledTable, 'keysOf' | 'finish'> {
  const { primaryKeys } = definition;
  const counted = features.filter(({ column }) => column !== undefined);
  const ofRows = joined.filter(({ through }) => through === 'row');
  const rowColumns = [...joinedColumns(ofRows)];
  const keyInRow = ({ reference }: JoinedTable, key: EntityKey): string =>
    joinKey(reference.primaryKeys.map((name) => key[primaryKeys.indexOf(name)]!));
  // The partials over joined columns stand behind those of the spans, each as a span of its own.
  const finished = features.map((feature) =>
    feature.column === undefined
      ? feature
      : {
          ...feature,
          aggregator: aggregatorOfRows(feature.aggregator),
          span: spans.length + counted.indexOf(feature),
          aggregation: 0,
        },
  );
  const all = allFeatures(definition);
  const finishRow = rowFinisher(
    all,
    finished,
    rowColumns.map(([name]) => name),
  );
  return {
    keysOf(key, partials) {
      const keys = new Map<string, string[]>();
      for (const table of ofRows) keys.set(table.reference.name, [keyInRow(table, key)]);
      for (const { span, aggregation, column } of counted) {
        const { name } = column!.table.reference;
        const known = keys.get(name) ?? [];
        for (const one of keysCounted(partials[span]![aggregation])) known.push(one);
        keys.set(name, known);
      }
      return keys;
    },
    finish(key, partials, at, findRow) {
      const ofColumns = counted.map(({ aggregate, aggregator, span, aggregation, column }) => {
        const keys = partials[span]![aggregation];
        return [isOfEnough(aggregate, keys) ? partialOfRows(aggregator, keys, column!, findRow) : undefined];
      });
      const values = rowColumns.map(
        ([, { table, place }]) => findRow(table.reference.name, keyInRow(table, key))?.[place] ?? null,
      );
      const row = finishRow([...partials, ...ofColumns], { values, moment: startOf(at) });
      const own = row.values.slice(all.length - definition.features.length);
      return own.map((value, place) => fit(value, definition.features[place]!.type === 'bigint'));
    },
  };
}

function allFeatures({ intermediate = [], features }: TiledBatchTable): readonly FeatureDefinition[] {
  return [...intermediate, ...features];
}

/** Features that differ in the types of their columns share partials. */
function untyped(feature: AggregateFeature): AggregateFeature {
  return Object.assign({ ...feature }, { type: undefined });
}

/** A whole number that doubles skip is null. */
function fit(value: FeatureValue, isWhole: boolean): FeatureValue {
  return isWhole && typeof value === 'number' && Math.abs(value) > MAX_WHOLE ? null : value;
}

function daysOver({ over }: AggregateFeature): number | undefined {
  return over === null || over === 'lifetime' ? undefined : dayOf(parseDuration(over)!);
}
