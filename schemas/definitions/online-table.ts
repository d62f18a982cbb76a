import { z } from 'zod';
import type { FeatureTableDefinition, OnlineTableDefinition } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { define } from './making/define.ts';

export const onlineTableSchema = z.strictObject({
  kind: z.literal('online_table'),
  name: identifierSchema,
  table: z.string().min(1),
  ...describedShape,
}) satisfies z.ZodType<OnlineTableDefinition>;

export interface OnlineTable {
  readonly definition: OnlineTableDefinition;
}

export interface OnlineTableOptions extends DescribedOptions {
  /** The online table's name. Default: the feature table's name. */
  readonly name?: string;
  /** The feature table. It has at most one online table. */
  readonly table: { readonly definition: FeatureTableDefinition };
}

const OPTIONS: OptionNames<OnlineTableOptions> = { name: true, table: true, ...DESCRIBED_OPTIONS };

/**
 * Declares that the online store holds a feature table, for lookups by endpoints.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const onlineHours = onlineTable({ table: userHours });
 * ```
 */
export function onlineTable(options: OnlineTableOptions): OnlineTable {
  expectOptions('online table', options, OPTIONS);
  const { table, name = table.definition.name } = options;
  return define(
    onlineTableSchema,
    { kind: 'online_table', name, table: table.definition.name, ...describedBy(options) },
    { uses: [table] },
  );
}
