import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { EndpointDefinition, FeatureLookup, ModelDefinition } from '../../domain/registry/definition.ts';
import { parseOrThrow } from '../values/parse.ts';
import { lookupSchema } from './lookup.ts';
import { using } from './uses.ts';

/** A name that can stand in a URL without encoding. */
const endpointNameSchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, {
  error: ({ input }) =>
    `${quoted(input)} is not a name Asof can use in a URL; expected a letter or digit, then letters, digits, '-' or '_', at most 50`,
});

export const endpointSchema = z
  .strictObject({
    kind: z.literal('endpoint'),
    name: endpointNameSchema,
    model: z.string().min(1).nullable(),
    lookups: z.array(lookupSchema).min(1).nullable(),
  })
  .superRefine(({ model, lookups }, context) => {
    if ((model === null) === (lookups === null)) {
      const message =
        'an endpoint serves either a model, whose own specification says the look-ups, or look-ups';
      context.addIssue({ code: 'custom', path: ['model'], message });
    }
    const names = (lookups ?? []).flatMap((lookup) => lookup.features.map((feature) => feature.as));
    for (const name of names.filter((one, index) => names.indexOf(one) !== index)) {
      const message = `two features would be called '${name}'; rename one with { as: … }`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
  }) satisfies z.ZodType<EndpointDefinition>;

export interface Endpoint {
  readonly definition: EndpointDefinition;
}

export type EndpointOptions =
  | { readonly name: string; readonly model: { readonly definition: ModelDefinition } }
  | { readonly name: string; readonly lookups: readonly FeatureLookup[] };

/**
 * Declares an HTTP service for a model, with automatic lookup of its features, or for features alone.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function endpoint(options: EndpointOptions): Endpoint {
  const { name } = options;
  const definition = parseOrThrow(
    endpointSchema,
    {
      kind: 'endpoint',
      name,
      model: 'model' in options ? options.model.definition.name : null,
      lookups: 'lookups' in options ? options.lookups : null,
    },
    'ASOF_DEFINITION_INVALID',
    `endpoint '${name}'`,
  );
  return using({ definition }, ...('model' in options ? [options.model] : options.lookups));
}
