import { z } from 'zod';
import type { EnvelopeDefinition, EventSourceDefinition } from '../../domain/registry/definition.ts';

export const envelopeSchema = z.discriminatedUnion('envelope', [
  z.strictObject({ envelope: z.literal('connect') }),
  z.strictObject({ envelope: z.literal('change'), deletes: z.enum(['skip', 'before']).optional() }),
]) satisfies z.ZodType<EnvelopeDefinition>;

/** Options of which each alone says where the events of a record are. */
export function togetherProblems({
  explode,
  unwrap,
  format,
}: Pick<EventSourceDefinition, 'explode' | 'unwrap' | 'format'>): string[] {
  if (explode === undefined) return [];
  return [
    ...(unwrap ? ["explode does not go with unwrap; begin its path at the record, as 'payload.batch'"] : []),
    ...(format === 'avro' ? ['explode reads lists in JSON, and the format is avro'] : []),
  ];
}
