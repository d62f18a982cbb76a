import { z } from 'zod';
import type { EnvelopeDefinition, FieldDefinition } from '../../domain/registry/definition.ts';

export const envelopeSchema = z.discriminatedUnion('envelope', [
  z.strictObject({ envelope: z.literal('connect') }),
  z.strictObject({ envelope: z.literal('change'), deletes: z.enum(['skip', 'before']).optional() }),
]) satisfies z.ZodType<EnvelopeDefinition>;

/** Fields that stand in an envelope that the source does not have. */
export function envelopeProblems(
  unwrap: EnvelopeDefinition | undefined,
  fields: readonly Pick<FieldDefinition, 'name' | 'from'>[],
): string[] {
  if (unwrap?.envelope === 'change') return [];
  return fields
    .filter(({ from }) => from !== undefined && 'envelope' in from)
    .map(({ name }) => `'${name}' stands in an envelope; give the source unwrap: { envelope: 'change' }`);
}
