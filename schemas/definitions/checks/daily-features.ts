import { aggregateRules } from '../../../domain/aggregation/aggregates.ts';
import { dailyTypes } from '../../../domain/batch/daily-types.ts';
import { takesJoined } from '../../../domain/batch/joined-feature.ts';
import {
  type JoinedColumn,
  columnTypes,
  joinThrough,
  joinedColumns,
} from '../../../domain/batch/joined-tables.ts';
import { quoted } from '../../../domain/errors/quoted.ts';
import { derivationOrder } from '../../../domain/features/derivation-order.ts';
import {
  type AggregateFeature,
  type EventSourceDefinition,
  type ReferenceTableDefinition,
  type TiledBatchTable,
  isAggregate,
} from '../../../domain/registry/definition.ts';
import { parseDuration } from '../../../domain/time/duration.ts';
import { didYouMean } from '../../values/options.ts';
import { type Scope, expressionProblems, typeProblem } from '../expressions/expression-problems.ts';
import { argumentProblems, filterProblems, oneOf } from './stream-table.ts';

/** What the features of a batch table are computed from. */
interface Inputs {
  readonly source: EventSourceDefinition;
  readonly references: readonly ReferenceTableDefinition[];
}

/** The problems that prevent a batch table from being computed from day tiles. */
export function dailyFeatureProblems(table: TiledBatchTable, inputs: Inputs): string[] {
  const { source, references } = inputs;
  const features = [...(table.intermediate ?? []), ...table.features];
  const unjoined = references.filter((reference) => joinThrough(reference, table, source) === undefined);
  if (unjoined.length > 0) return unjoined.map((reference) => joinProblem(reference, source));
  const joined = references.map((reference) => ({
    reference,
    through: joinThrough(reference, table, source)!,
  }));
  const columns = joinedColumns(joined);
  const scope = derivedScope(table, inputs, columns);
  const problems = features.flatMap((feature) => {
    const own = isAggregate(feature)
      ? [...ofAggregate(feature, source, columns), ...lengthProblems(feature, table)]
      : expressionProblems(feature.expression, scope, DERIVED);
    return own.map((problem) => `feature '${feature.name}': ${problem}`);
  });
  const types = dailyTypes(features, columnTypes(source, references));
  const mistyped = features.filter(({ name, type }) => types.get(name) !== type);
  const { circle } = derivationOrder(features);
  const names = circle.map(({ name }) => `'${name}'`).join(', ');
  return [
    ...problems,
    ...(problems.length > 0
      ? []
      : mistyped.map(({ name, type }) => `feature '${name}': it is a ${types.get(name)}, not a ${type}`)),
    ...(circle.length === 0
      ? []
      : [`features ${names} are made of each other in a circle; make one of them of aggregates alone`]),
  ];
}

function joinProblem({ name, primaryKeys }: ReferenceTableDefinition, source: EventSourceDefinition): string {
  const keys = primaryKeys.map((key) => `'${key}'`).join(', ');
  return `reference table '${name}' cannot be joined: its primary keys ${keys} are not all text fields of source '${source.name}'; give the field and the key one name, or use sql`;
}

function ofAggregate(
  feature: AggregateFeature,
  source: EventSourceDefinition,
  columns: ReadonlyMap<string, JoinedColumn>,
): string[] {
  const column = typeof feature.field === 'string' ? columns.get(feature.field) : undefined;
  const argument = column ? joinedProblems(feature, column) : argumentProblems(feature, source);
  return [...argument, ...filterProblems(feature, source)];
}

function joinedProblems(
  { aggregate, field }: AggregateFeature,
  { table: { reference, through }, place }: JoinedColumn,
): string[] {
  const { fieldTypes } = aggregateRules[aggregate];
  const { type } = reference.fields[place]!;
  if (through === 'row')
    return [
      `${quoted(field)} is one value for each row, since '${reference.name}' is joined by the primary keys of the table; name it in a derived feature, without an aggregate`,
    ];
  if (!takesJoined(aggregate))
    return [`${aggregate} needs the order of events, and takes no column of a joined table`];
  if (fieldTypes.some((taken) => taken === type)) return [];
  return [`${aggregate} needs a ${oneOf(fieldTypes)} column, and ${quoted(field)} is a ${type}`];
}

const DAY = parseDuration('1 day')!;

function lengthProblems({ over }: AggregateFeature, { lookBack }: TiledBatchTable): string[] {
  if (over === null)
    return ["over is missing: say over which days before the logical time, such as '90 days', or 'lifetime'"];
  if (over !== 'lifetime' && parseDuration(over)! % DAY !== 0n)
    return [`over '${over}' is no whole number of days, of which tiles are made; use sql`];
  if (lookBack === undefined) return [];
  if (over !== 'lifetime' && parseDuration(over)! <= parseDuration(lookBack)!) return [];
  return [`over '${over}' is more than the table reads, which is ${lookBack}`];
}

const DERIVED = { types: ['number', 'text', 'boolean'], by: 'a feature' } as const;

/** What a derived feature may name: features of its table, columns of tables that rows join, the logical time. */
function derivedScope(
  table: TiledBatchTable,
  { source, references }: Inputs,
  columns: ReadonlyMap<string, JoinedColumn>,
): Scope {
  const features = [...(table.intermediate ?? []), ...table.features];
  const types = dailyTypes(features, columnTypes(source, references));
  const columnType = columnTypes(source, references);
  const ofRows = [...columns]
    .filter(
      ([
        ,
        {
          table: { through },
        },
      ]) => through === 'row',
    )
    .map(([name]) => name);
  const typeOf: Scope['typeOf'] = (name) =>
    types.get(name) ?? (ofRows.includes(name) ? columnType(name) : undefined);
  return {
    typeOf,
    moment: 'logicalTime',
    unfit(name, wanted) {
      const type = typeOf(name);
      if (type !== undefined) return typeProblem(name, type, wanted);
      if (columns.has(name))
        return `${quoted(name)} belongs to each event, not to the row; make an aggregate of it, such as mostFrequent(${quoted(name)}, …)`;
      return `${quoted(name)} is not a feature of this table${didYouMean(name, [...types.keys(), ...ofRows])}; expected one of ${[...types.keys(), ...ofRows].join(', ')}`;
    },
  };
}
