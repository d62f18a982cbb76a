import type {
  EventSourceDefinition,
  FieldType,
  ReferenceTableDefinition,
  TiledBatchTable,
} from '../registry/definition.ts';
import type { Expression } from '../registry/expression.ts';

/**
 * A reference table whose columns features of a batch table name. Its rows are found by their primary keys, as
 * of the logical time: by those of a row, or by fields of the events.
 */
export interface JoinedTable {
  readonly reference: ReferenceTableDefinition;
  readonly through: 'row' | 'event';
}

/** A column of a joined table, and its place among the fields. */
export interface JoinedColumn {
  readonly table: JoinedTable;
  readonly place: number;
}

/** No text of an event has this character. */
const BETWEEN_KEYS = '\0';

/** How the rows of a reference table are found. Undefined: neither rows nor events have all of its primary keys. */
export function joinThrough(
  { primaryKeys }: Pick<ReferenceTableDefinition, 'primaryKeys'>,
  table: Pick<TiledBatchTable, 'primaryKeys'>,
  { fields }: EventSourceDefinition,
): JoinedTable['through'] | undefined {
  if (primaryKeys.every((key) => table.primaryKeys.includes(key))) return 'row';
  const isKey = (key: string): boolean => fields.some(({ name, type }) => name === key && type === 'string');
  return primaryKeys.every(isKey) ? 'event' : undefined;
}

/** The name by which features name a column. Fields and features have no dots in their names. */
function columnName({ name }: Pick<ReferenceTableDefinition, 'name'>, column: string): string {
  return `${name}.${column}`;
}

/** The columns of joined tables, by the names that features have for them. */
export function joinedColumns(tables: readonly JoinedTable[]): ReadonlyMap<string, JoinedColumn> {
  return new Map(
    tables.flatMap((table) =>
      table.reference.fields.map(({ name }, place) => [columnName(table.reference, name), { table, place }]),
    ),
  );
}

/** The types of what aggregates may be of: the fields of events, and the columns of joined tables. */
export function columnTypes(
  { fields }: EventSourceDefinition,
  references: readonly ReferenceTableDefinition[],
): (name: string) => FieldType | undefined {
  const types = new Map<string, FieldType>([
    ...fields.map(({ name, type }) => [name, type] as const),
    ...references.flatMap((reference) =>
      reference.fields.map(({ name, type }) => [columnName(reference, name), type] as const),
    ),
  ]);
  return (name) => types.get(name);
}

/** The values of the primary keys of a reference row as one text. */
export function joinKey(values: readonly string[]): string {
  return values.join(BETWEEN_KEYS);
}

export function joinKeyValues(key: string): string[] {
  return key.split(BETWEEN_KEYS);
}

/** The {@link joinKey} of an event as an expression: null if one of the fields is null. */
export function joinKeyOfEvent({
  reference: { primaryKeys },
}: JoinedTable): Exclude<Expression, number | boolean> {
  const [first, ...others] = primaryKeys;
  if (others.length === 0) return first!;
  return { op: 'concat', of: [first!, ...others.flatMap((key) => [{ text: BETWEEN_KEYS }, key])] };
}
