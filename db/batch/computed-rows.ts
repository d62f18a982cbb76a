import sql, { join, raw } from 'sql-template-tag';
import type { BatchTableDefinition } from '../../domain/registry/definition.ts';
import type { CopyType } from '../sql/binary-copy.ts';
import type { Client } from '../sql/client.ts';
import { FEATURE_COLUMNS } from '../sql/column-types.ts';
import { ident } from '../sql/identifier.ts';

/** Where computed rows are until their transaction ends: they may be too many for the memory of this process. */
export const COMPUTED = ident('pg_temp', 'computed');

/** A column of {@link COMPUTED}. */
interface ComputedColumn {
  readonly name: string;
  readonly type: CopyType;
}

/** Makes {@link COMPUTED}. Resolves to its columns: the primary keys of a table and its features. */
export async function makeComputed(
  client: Client,
  { primaryKeys, features }: BatchTableDefinition,
): Promise<ComputedColumn[]> {
  const columns: ComputedColumn[] = [
    ...primaryKeys.map((name) => ({ name, type: 'text' as const })),
    ...features.map(({ name, type }) => ({ name, type: FEATURE_COLUMNS[type] })),
  ];
  const declared = columns.map(({ name, type }) => sql`${ident(name)} ${raw(type)}`);
  await client.query(sql`CREATE TEMP TABLE ${COMPUTED} (${join(declared)}) ON COMMIT DROP`);
  return columns;
}
