import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { EndpointDefinition, FeatureLookup, ModelDefinition } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
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
    ...describedShape,
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

export type EndpointOptions = DescribedOptions &
  (
    | {
        readonly name: string;
        readonly model: { readonly definition: ModelDefinition };
        readonly lookups?: never;
      }
    | { readonly name: string; readonly lookups: readonly FeatureLookup[]; readonly model?: never }
  );

const OPTIONS: OptionNames<EndpointOptions> = {
  name: true,
  model: true,
  lookups: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares an HTTP service for a model, with automatic lookup of its features, or for features alone.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function endpoint(options: EndpointOptions): Endpoint {
  expectOptions('endpoint', options, OPTIONS);
  const { name, model, lookups = null } = options;
  const definition = parseOrThrow(
    endpointSchema,
    {
      kind: 'endpoint',
      name,
      model: model ? model.definition.name : null,
      lookups,
      ...describedBy(options),
    },
    'ASOF_DEFINITION_INVALID',
    `endpoint '${name}'`,
  );
  return using({ definition }, ...(options.model ? [options.model] : options.lookups));
}
