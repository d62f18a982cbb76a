import { fieldsOfFeatures } from '../../domain/features/fields-read.ts';
import {
  type ComputedTableDefinition,
  type EventSourceDefinition,
  type FeatureDefinition,
  type FieldDefinition,
  type FieldType,
  type ReferenceTableDefinition,
  isTiled,
} from '../../domain/registry/definition.ts';
import { refuseIf } from './refused-change.ts';

/** What a change of a source must not contradict. */
export interface SourceContext {
  /** Every version of the source so far. Events that were read with any of them are still stored. */
  readonly versions: readonly EventSourceDefinition[];
  /**
   * Every registered feature table of the source, including those that are not among the wanted definitions.
   */
  readonly tables: readonly ComputedTableDefinition[];
  /** The reference tables that tables join by fields of the source. */
  readonly references: readonly ReferenceTableDefinition[];
}

/**
 * Accepts a change of a source that keeps every row right: an optional field that is added or comes back, a
 * field that becomes optional or wider, and the removal of a field that no table reads.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` for any other change, with every reason.
 */
export function allowSource(
  before: EventSourceDefinition,
  after: EventSourceDefinition,
  context: SourceContext,
): void {
  const fixed = (['topic', 'entity', 'eventTime'] as const).filter(
    (property) => before[property] !== after[property],
  );
  refuseIf(`event source '${after.name}'`, [
    ...fixed.map((property) => `${property} changes from '${before[property]}' to '${after[property]}'`),
    ...before.fields.flatMap((field) => {
      const sameField = after.fields.find(({ name }) => name === field.name);
      return sameField ? alterations(field, sameField, context) : removal(field, context);
    }),
    ...after.fields
      .filter((field) => !before.fields.some(({ name }) => name === field.name))
      .flatMap((field) => addition(field, context)),
  ]);
}

function alterations(before: FieldDefinition, after: FieldDefinition, { tables }: SourceContext): string[] {
  const { name } = before;
  const keyed = tables.filter(({ primaryKeys }) => primaryKeys.includes(name));
  return [
    ...(holds(after.type, before.type)
      ? []
      : [`field '${name}' changes from ${before.type} to ${after.type}; only integer to double is possible`]),
    ...(after.length === before.length ? [] : [lengthens(before, after)]),
    ...(after.required && !before.required
      ? [`field '${name}' becomes required, and events that are there may lack it`]
      : []),
    ...(before.required && !after.required
      ? keyed.map((table) => `field '${name}' becomes optional, and table '${table.name}' is keyed by it`)
      : []),
  ];
}

/**
 * Finds the tables that read the field, except in the SQL of a batch table: `recheckBatchTables` has
 * Postgres check that when the change is applied.
 */
function removal({ name }: FieldDefinition, { tables, references }: SourceContext): string[] {
  return tables
    .filter((table) => fieldsOf(table, references).has(name))
    .map((table) => `field '${name}' goes away, and table '${table.name}' reads it`);
}

function addition(field: FieldDefinition, { versions }: SourceContext): string[] {
  const { name, type, required, length } = field;
  const former = versions.flatMap(({ fields }) => fields).filter((one) => one.name === name);
  const unfit = former.find((one) => !holds(type, one.type));
  const other = former.find((one) => one.length !== length);
  return [
    ...(required
      ? [
          `new field '${name}' is required, and events that are there were stored without it. Make it optional: they get it from the records that Kafka still has`,
        ]
      : []),
    ...(unfit ? [`field '${name}' comes back as ${type}, and was ${unfit.type} before`] : []),
    ...(other && !unfit ? [lengthens(other, field)] : []),
  ];
}

/** Stored lists keep their lengths, so vectors of two lengths would meet. */
function lengthens(before: FieldDefinition, after: FieldDefinition): string {
  const of = ({ length }: FieldDefinition): string =>
    length === undefined ? 'any length' : `length ${length}`;
  return `the lists of field '${after.name}' change from ${of(before)} to ${of(after)}`;
}

/** Whether every value of `type` is also a value of `wider`, so that features come out the same. */
function holds(wider: FieldType, type: FieldType): boolean {
  return wider === type || (wider === 'double' && type === 'integer');
}

function fieldsOf(
  table: ComputedTableDefinition,
  references: readonly ReferenceTableDefinition[],
): Set<string> {
  const read = fieldsOfFeatures(computedFeatures(table));
  const joined =
    table.kind === 'batch_table' && isTiled(table)
      ? references.filter(({ name }) => table.references.includes(name))
      : [];
  return new Set([...table.primaryKeys, ...read, ...joined.flatMap(({ primaryKeys }) => primaryKeys)]);
}

function computedFeatures(table: ComputedTableDefinition): readonly FeatureDefinition[] {
  if (table.kind === 'stream_table') return table.features;
  return isTiled(table) ? [...(table.intermediate ?? []), ...table.features] : [];
}
