import { z } from 'zod';
import type { FeatureTableDefinition, OnlineTableDefinition } from '../../domain/registry/definition.ts';
import { identifierSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { using } from './uses.ts';

export const onlineTableSchema = z.strictObject({
  kind: z.literal('online_table'),
  name: identifierSchema,
  table: z.string().min(1),
}) satisfies z.ZodType<OnlineTableDefinition>;

export interface OnlineTable {
  readonly definition: OnlineTableDefinition;
}

export interface OnlineTableOptions {
  /** Default: the feature table's name. */
  readonly name?: string;
  readonly table: { readonly definition: FeatureTableDefinition };
}

/**
 * Declares that the online store holds a feature table, for lookups by endpoints.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function onlineTable({ table, name = table.definition.name }: OnlineTableOptions): OnlineTable {
  const definition = parseOrThrow(
    onlineTableSchema,
    { kind: 'online_table', name, table: table.definition.name },
    'ASOF_DEFINITION_INVALID',
    `online table '${name}'`,
  );
  return using({ definition }, table);
}
