import { aggregateRules } from '../../../domain/aggregation/aggregates.ts';
import { FIELD_TYPE_OF } from '../../../domain/expressions/value-type.ts';
import { derivationOrder } from '../../../domain/features/derivation-order.ts';
import { featureTypes, isNumeric } from '../../../domain/features/feature-types.ts';
import { isExpressionFilter } from '../../../domain/features/filter.ts';
import type { DefinitionSet } from '../../../domain/registry/definition-set.ts';
import {
  type AggregateFeature,
  type EventSourceDefinition,
  type FeatureType,
  type FieldType,
  type StreamTableDefinition,
  isAggregate,
} from '../../../domain/registry/definition.ts';
import { TILE_COLUMNS, WINDOW_ROW_COLUMNS } from '../../../domain/registry/reserved-columns.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import { MAX_SLIDES_PER_WINDOW, windowOf } from '../../../domain/windows/window.ts';
import { expectedOf } from '../../values/options.ts';
import { rowSizeProblem } from '../../values/row-size.ts';
import { eventScope } from '../expressions/event-scope.ts';
import { type Scope, expressionProblems, typeProblem } from '../expressions/expression-problems.ts';

/** The problems that prevent a stream table from being computed from its event source. */
export function streamTableProblems(table: StreamTableDefinition, among: DefinitionSet): string[] {
  const at = `stream table '${table.name}'`;
  const source = among.find('event_source', table.source);
  if (!source)
    return [
      `${at}: its event source '${table.source}' is not among the definitions; export it beside the table`,
    ];
  return [
    ...keyProblems(table, source),
    ...columnProblems(table),
    ...sizeProblems(table, source),
    ...table.features.filter(isAggregate).flatMap((feature) => aggregateProblems(feature, source)),
    ...table.features.filter(isAggregate).flatMap((feature) => lengthProblems(feature, table)),
    ...listProblems(table),
    ...derivedProblems(table, source),
    ...rawRetentionProblems(table, source),
    ...tileRetentionProblems(table, source),
  ].map((problem) => `${at}: ${problem}`);
}

/** An index has at most 32 columns. That of the tiles of a table with a tail has three beside the keys. */
const MOST_KEYS_WITH_TAIL = 29;

function keyProblems(
  { primaryKeys, window }: StreamTableDefinition,
  source: EventSourceDefinition,
): string[] {
  const hasTail = window.tail !== undefined;
  const ofTiles = TILE_COLUMNS.filter((name) => hasTail || name !== 'of_tail');
  return [
    ...primaryKeys
      .filter((key) => !source.fields.some(({ name, type }) => name === key && type === 'string'))
      .map((key) => `primary key '${key}' must be a string field of source '${source.name}'`),
    ...primaryKeys
      .filter((key) => ofTiles.includes(key))
      .map((key) => `primary key '${key}' is a column that Asof writes itself; rename the field`),
    ...(hasTail && primaryKeys.length > MOST_KEYS_WITH_TAIL
      ? [
          `a table with a tail has at most ${MOST_KEYS_WITH_TAIL} primary keys, got ${primaryKeys.length}; take fewer`,
        ]
      : []),
  ];
}

function columnProblems({ primaryKeys, features }: StreamTableDefinition): string[] {
  const columns = [...primaryKeys, ...features.map(({ name }) => name)];
  const reserved = columns.filter((name) => WINDOW_ROW_COLUMNS.includes(name));
  const repeated = columns.filter((name, index) => columns.indexOf(name) !== index);
  return [
    ...reserved.map((name) => `'${name}' is a column that Asof writes itself; rename the feature`),
    ...repeated.map((name) => `there are two columns '${name}'; rename one`),
  ];
}

/** The rows of a stream table: keys, features, and what Asof adds, in the history too. */
function sizeProblems(table: StreamTableDefinition, source: EventSourceDefinition): string[] {
  const types = [...table.primaryKeys.map(() => 'string' as const), ...featureTypes(table, source).values()];
  const problem = rowSizeProblem(types, WINDOW_ROW_COLUMNS);
  return problem === undefined ? [] : [problem];
}

const VALUE_TYPES = ['number', 'text', 'boolean', 'time', 'decimal', 'date'] as const;

/** The field types whose values have a JavaScript type. */
const TYPES_OF = {
  string: ['string'],
  number: ['double', 'integer'],
  boolean: ['boolean'],
} as const satisfies Record<string, readonly FieldType[]>;

function aggregateProblems(feature: AggregateFeature, source: EventSourceDefinition): string[] {
  return [...argumentProblems(feature, source), ...filterProblems(feature, source)].map(
    (problem) => `feature '${feature.name}': ${problem}`,
  );
}

/** What is wrong with what an aggregate is of. */
export function argumentProblems(
  { aggregate, field }: AggregateFeature,
  source: EventSourceDefinition,
): readonly string[] {
  const { fieldRequired, fieldTypes, featureType } = aggregateRules[aggregate];
  if (field !== null && fieldTypes.length === 0) return [`${aggregate} is of events, and takes no field`];
  if (field !== null && typeof field !== 'string') {
    if (featureType === 'double[]') return [`${aggregate} is of a field, and no expression gives a vector`];
    const types = VALUE_TYPES.filter((type) => fieldTypes.includes(FIELD_TYPE_OF[type]));
    return expressionProblems(field, eventScope(source.fields), { types, by: aggregate });
  }
  const { type, length } = source.fields.find(({ name }) => name === field) ?? {};
  if (featureType === 'double[]' && type === 'double[]' && length === undefined)
    return [
      `${aggregate} needs vectors of one length, and '${field}' has any; declare it as optional('double[]', { length: … })`,
    ];
  if (field === null ? !fieldRequired : fieldTypes.some((taken) => taken === type)) return [];
  const needed = `${aggregate} needs a ${oneOf(fieldTypes)} field of source '${source.name}', got '${field}'${type ? '' : expectedOf(String(field), namesOf(source, fieldTypes))}`;
  if (type !== 'boolean') return [needed];
  return [`${needed}, which is true or false; share('${field}') says how often it is true`];
}

/** What is wrong with the filter of an aggregate. */
export function filterProblems(
  { where }: AggregateFeature,
  source: EventSourceDefinition,
): readonly string[] {
  if (where === null) return [];
  if (isExpressionFilter(where)) {
    const wanted = { types: ['boolean'], by: 'where' } as const;
    return expressionProblems(where.expression, eventScope(source.fields), wanted);
  }
  return Object.entries(where).flatMap(([condition, value]) => {
    const expected: readonly FieldType[] = TYPES_OF[typeof value as keyof typeof TYPES_OF];
    const type = source.fields.find(({ name }) => name === condition)?.type;
    if (expected.some((taken) => taken === type)) return [];
    return [
      `where names '${condition}', which is not a ${expected.join(' or ')} field of source '${source.name}'${type ? '' : expectedOf(condition, namesOf(source, expected))}`,
    ];
  });
}

/** The names of the fields of these types. */
function namesOf({ fields }: EventSourceDefinition, types: readonly FieldType[]): string[] {
  return fields.filter(({ type }) => types.includes(type)).map(({ name }) => name);
}

/** `a`, `a or b`, `a, b or c` */
export function oneOf(types: readonly FieldType[]): string {
  return [types.slice(0, -1).join(', '), ...types.slice(-1)].filter(Boolean).join(' or ');
}

function lengthProblems({ name, over }: AggregateFeature, { window }: StreamTableDefinition): string[] {
  if (over === null || over === 'lifetime') return [];
  const { length: longest, slide, tail } = windowOf(window);
  const length = parseDuration(over)!;
  const isLong = tail !== undefined && length > MAX_SLIDES_PER_WINDOW * slide;
  if (length % (isLong ? tail : slide) === 0n && length <= longest) return [];
  const what = isLong
    ? `is more than 96 slides, so it must be a multiple of the tail, ${window.tail},`
    : `must be a multiple of the slide, ${window.slide},`;
  return [`feature '${name}': over '${over}' ${what} and at most the table's length, ${window.length}`];
}

/** The values that the lists of a tile hold at most, each of about 1,024 characters at most. */
const MOST_LISTED = 32_000;

function listProblems({ features }: StreamTableDefinition): string[] {
  const lengths = features
    .filter(isAggregate)
    .map((feature) =>
      feature.aggregate === 'last_k' ? feature.k : feature.aggregate === 'collect_set' ? feature.bound : 0,
    );
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total <= MOST_LISTED) return [];
  return [
    `its lists hold up to ${total} values, and a tile has room for ${MOST_LISTED}; lower k and bound, or divide the features among several tables`,
  ];
}

/**
 * Raw events must be retained as long as their windows may change, since late events are merged from them.
 */
function rawRetentionProblems({ window }: StreamTableDefinition, source: EventSourceDefinition): string[] {
  const keep = source.retention?.raw;
  if (keep === undefined) return [];
  const { length, tail = 0n } = windowOf(window);
  const needed = length + tail + parseDuration(source.allowedLateness)!;
  if (parseDuration(keep)! >= needed) return [];
  return [
    `source '${source.name}' keeps raw events for ${keep}, which is shorter than this table's window of ${window.length}${window.tail === undefined ? '' : ` with its tail of ${window.tail}`} and the source's allowed lateness of ${source.allowedLateness} together; keep them longer`,
  ];
}

/**
 * Tiles may be removed once no row needs them. Each row over a lifetime needs all tiles. Events that come
 * after all their windows are closed are merged from raw events, and the late list says which of these were
 * late.
 */
function tileRetentionProblems(
  { features, retention }: StreamTableDefinition,
  { name, late, retention: sourceRetention = {} }: EventSourceDefinition,
): string[] {
  if (retention?.tiles === undefined) return [];
  const lifetimes = features.filter((feature) => isAggregate(feature) && feature.over === 'lifetime');
  const { raw, lateEvents } = sourceRetention;
  const lateFor = lateEvents === undefined ? undefined : parseDuration(lateEvents)!;
  return [
    ...lifetimes.map(
      (feature) =>
        `retention.tiles: feature '${feature.name}' is over a lifetime, and needs all tiles; keep the tiles of such a table forever`,
    ),
    ...(late === 'correct' && raw !== undefined
      ? [
          `retention.tiles: source '${name}' corrects late events, also in windows whose tiles are gone, and keeps raw events for ${raw} only; keep raw events forever, or set late: 'keep'`,
        ]
      : []),
    ...(lateFor !== undefined && (raw === undefined || lateFor < parseDuration(raw)!)
      ? [
          `retention.tiles: source '${name}' keeps late events for ${lateEvents}, and raw events ${raw === undefined ? 'forever' : `for ${raw}`}; keep late events as long as raw events, as tiles are made of both again`,
        ]
      : []),
  ];
}

/** Expressions must be over features of the same row that have the types they need, without circles. */
function derivedProblems(table: StreamTableDefinition, source: EventSourceDefinition): string[] {
  const scope = featureScope(featureTypes(table, source));
  const unfit = table.features.flatMap((feature) =>
    isAggregate(feature)
      ? []
      : expressionProblems(feature.expression, scope, DERIVED).map(
          (problem) => `feature '${feature.name}': ${problem}`,
        ),
  );
  const { circle } = derivationOrder(table.features);
  const names = circle.map(({ name }) => `'${name}'`).join(', ');
  return circle.length === 0
    ? unfit
    : [
        ...unfit,
        `features ${names} are made of each other in a circle; make one of them of aggregates alone`,
      ];
}

const DERIVED = { types: ['number', 'text', 'boolean'], by: 'a feature' } as const;

/** What a derived feature may name: the features of its table. */
function featureScope(types: ReadonlyMap<string, FeatureType>): Scope {
  const numeric = [...types].filter(([, type]) => isNumeric(type)).map(([name]) => name);
  return {
    typeOf: (name) => types.get(name),
    unfit(name, wanted) {
      if (wanted.types.every((type) => type === 'number'))
        return `'${name}' is not a numeric feature of this table${expectedOf(name, numeric)}`;
      const type = types.get(name);
      return type === undefined
        ? `'${name}' is not a feature of this table${expectedOf(name, [...types.keys()])}`
        : typeProblem(name, type, wanted);
    },
  };
}
