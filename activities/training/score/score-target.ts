import { loadRegistry } from '../../../db/registry/registry.ts';
import type { Queryable } from '../../../db/sql/client.ts';
import { type WrittenTable, titleOf, writtenTable } from '../../../domain/batch/written-table.ts';
import { AsofError } from '../../../domain/errors/asof-error.ts';
import type { FieldType } from '../../../domain/registry/definition.ts';
import type { SpineColumn } from '../../../domain/training/spine.ts';
import { MODEL, MODEL_VERSION } from './score-columns.ts';

/**
 * The external table that takes predictions, with columns for them and for where they come from.
 *
 * @throws AsofError `ASOF_TABLE_UNKNOWN`, `ASOF_SCORES_REFUSED`.
 */
export async function loadTarget(
  db: Queryable,
  name: string,
  { columns, outputs }: { readonly columns: readonly SpineColumn[]; readonly outputs: readonly string[] },
): Promise<WrittenTable> {
  const table = writtenTable((await loadRegistry(db)).writtenTable(name));
  if (table.kind !== 'external_table')
    throw refused(table, 'is not external; a reference table has other columns and moments');
  const keys = columns.filter(({ role }) => role === 'key').map((column) => column.name);
  const unknown = table.primaryKeys.filter((key) => !keys.includes(key));
  if (unknown.length > 0)
    throw refused(
      table,
      `has the primary key ${unknown.join(', ')}, and the keys of the spine are ${keys.join(', ')}`,
    );
  const needed: readonly (readonly [string, FieldType])[] = [
    ...outputs.map((output) => [output, 'double'] as const),
    [MODEL, 'string'],
    [MODEL_VERSION, 'integer'],
  ];
  const lacks = needed.filter(
    ([column, type]) => !table.columns.some((has) => has.name === column && has.type === type),
  );
  if (lacks.length === 0) return table;
  const wanted = lacks.map(([column, type]) => `${column}: '${type === 'integer' ? 'bigint' : type}'`);
  throw refused(table, `lacks the features ${wanted.join(', ')}`);
}

function refused(table: WrittenTable, why: string): AsofError {
  return new AsofError(
    'ASOF_SCORES_REFUSED',
    `${titleOf(table)} cannot take the predictions: it ${why}. Declare an external table for them, and apply`,
    { details: { table: table.name } },
  );
}
