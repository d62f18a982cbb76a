import {
  type EventSourceDefinition,
  type FeatureTableDefinition,
  type FieldDefinition,
  type FieldType,
  isAggregate,
} from '../../domain/registry/definition.ts';
import { refuseIf } from './refused-change.ts';

/** What a change of a source must be right for. */
export interface SourceContext {
  /** Every version of the source so far: what was written with one of them is still there. */
  readonly versions: readonly EventSourceDefinition[];
  /** Every registered feature table on the source, also those that are not among the wanted definitions. */
  readonly tables: readonly FeatureTableDefinition[];
}

/**
 * Lets a change of a source through that keeps every row right: a new optional field, one that need not be there any
 * more, one that becomes wider, one that nothing reads and goes away, and one that comes back.
 *
 * @throws AsofError `ASOF_CHANGE_REFUSED` for another, with every reason.
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
    ...(after.required && !before.required
      ? [`field '${name}' becomes required, and events that are there may lack it`]
      : []),
    ...(before.required && !after.required
      ? keyed.map((table) => `field '${name}' becomes optional, and table '${table.name}' is keyed by it`)
      : []),
  ];
}

/** The SQL of a batch table says itself what it reads; the server is asked when the change is applied. */
function removal({ name }: FieldDefinition, { tables }: SourceContext): string[] {
  return tables
    .filter((table) => fieldsOf(table).has(name))
    .map((table) => `field '${name}' goes away, and table '${table.name}' reads it`);
}

function addition({ name, type, required }: FieldDefinition, { versions }: SourceContext): string[] {
  const former = versions.flatMap(({ fields }) => fields).filter((field) => field.name === name);
  const unfit = former.find((field) => !holds(type, field.type));
  return [
    ...(required ? [`new field '${name}' is required, and events that are there lack it`] : []),
    ...(unfit ? [`field '${name}' comes back as ${type}, and was ${unfit.type} before`] : []),
  ];
}

/** Whether every value of a type is one of the wider type too, so that features are the same of either. */
function holds(wider: FieldType, type: FieldType): boolean {
  return wider === type || (wider === 'double' && type === 'integer');
}

function fieldsOf(table: FeatureTableDefinition): Set<string> {
  if (table.kind === 'batch_table') return new Set(table.primaryKeys);
  const read = table.features
    .filter(isAggregate)
    .flatMap(({ field, where }) => [...(field === null ? [] : [field]), ...Object.keys(where ?? {})]);
  return new Set([...table.primaryKeys, ...read]);
}
