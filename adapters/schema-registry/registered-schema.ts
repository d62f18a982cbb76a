import { z } from 'zod';
import type { SchemaRegistryAccess } from './access.ts';
import { askRegistry } from './ask-registry.ts';

/** A schema as its registry holds it, with those that it refers to. */
export interface RegisteredSchema {
  readonly kind: string;
  readonly text: string;
  /** Each stands behind those that it refers to itself. */
  readonly referenced: readonly string[];
}

const answerSchema = z.object({
  schema: z.string(),
  schemaType: z.string().default('AVRO'),
  references: z.array(z.object({ subject: z.string(), version: z.number() })).default([]),
});

type Answer = z.infer<typeof answerSchema>;

/**
 * The schema with an id. Undefined: the registry has none, or lacks one that it refers to.
 *
 * @throws AsofError `ASOF_SCHEMA_REGISTRY_UNAVAILABLE` (unavailable), `ASOF_SCHEMA_REGISTRY_REFUSED`.
 */
export async function registeredSchema(
  access: SchemaRegistryAccess,
  id: number,
): Promise<RegisteredSchema | undefined> {
  const answer = await askRegistry(access, `/schemas/ids/${id}`);
  if (answer === undefined) return undefined;
  const { schema, schemaType, references } = answerSchema.parse(answer);
  const referenced = new Map<string, string>();
  const isWhole = await addReferences(access, references, referenced);
  return isWhole ? { kind: schemaType, text: schema, referenced: [...referenced.values()] } : undefined;
}

/** Adds the schemas of references by subject and version, the ones that they refer to first. */
async function addReferences(
  access: SchemaRegistryAccess,
  references: Answer['references'],
  found: Map<string, string>,
): Promise<boolean> {
  for (const { subject, version } of references) {
    const place = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
    if (found.has(place)) continue;
    const answer = await askRegistry(access, place);
    if (answer === undefined) return false;
    const { schema, references: further } = answerSchema.parse(answer);
    if (!(await addReferences(access, further, found))) return false;
    found.set(place, schema);
  }
  return true;
}
