import { indexColumns } from '../../../../domain/files/index-columns.ts';
import type { EventSourceDefinition } from '../../../../domain/registry/definition.ts';

/** The names that columns may have which a field reads. */
export function columnNames({ fields }: EventSourceDefinition): string[] {
  return fields.map(({ name, from = [name] }) =>
    'record' in from || 'header' in from || 'envelope' in from ? name : from.join('.'),
  );
}

/**
 * The names of columns, of which an index that pandas wrote has none.
 *
 * @param onWarning called if there is one.
 */
export function withoutIndex(
  source: EventSourceDefinition,
  names: readonly string[],
  onWarning: (message: string) => void,
): readonly string[] {
  const read = columnNames(source);
  const unnamed = indexColumns(names, (name) => read.includes(name));
  if (unnamed.length > 0)
    onWarning(`${unnamed.length} column(s) without a name left out, such as the index that pandas writes`);
  return names.map((name, at) => (unnamed.includes(at) ? '' : name));
}
