import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { EndpointDefinition, ModelDefinition } from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { type LookedUpReadings, type Lookup, lookupSchema } from './lookup.ts';
import { define } from './making/define.ts';
import {
  type ReadsKnown,
  type RequestFeature,
  type RequestFields,
  type RequestReadings,
  requestFeaturesOf,
  requestFieldsOf,
  requestTimeShape,
} from './request-feature.ts';
import { repeated } from './typed-features.ts';

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
    ...requestTimeShape,
    ...describedShape,
  })
  .superRefine(({ model, lookups, requestFields = [], requestFeatures = [] }, context) => {
    if ((model === null) === (lookups === null)) {
      const message =
        'an endpoint serves either a model, whose own specification says the look-ups, or look-ups';
      context.addIssue({ code: 'custom', path: ['model'], message });
    }
    const ofRequest = [...requestFields, ...requestFeatures].map(({ name }) => name);
    if (model !== null && ofRequest.length > 0) {
      const message = "what a model's endpoint computes of a request is said by the model's training set";
      context.addIssue({ code: 'custom', path: ['requestFeatures'], message });
    }
    const lookedUp = (lookups ?? []).flatMap((lookup) => lookup.features.map((feature) => feature.as));
    for (const name of repeated([...lookedUp, ...ofRequest])) {
      const renamed = ofRequest.includes(name) ? 'one' : 'one with { as: … }';
      const message = `two features would be called '${name}'; rename ${renamed}`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
    const keys = new Set((lookups ?? []).flatMap(({ lookupKeys }) => lookupKeys));
    for (const name of ofRequest.filter((one) => keys.has(one))) {
      const message = `'${name}' is a lookup key; rename what is of the request`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
  }) satisfies z.ZodType<EndpointDefinition>;

export interface Endpoint {
  readonly definition: EndpointDefinition;
}

export type EndpointOptions<
  Lookups extends readonly Lookup[] = readonly Lookup[],
  Fields extends RequestFields = RequestFields,
  Features extends readonly RequestFeature[] = readonly RequestFeature[],
> = DescribedOptions &
  (
    | {
        /** The endpoint's name in URLs: small letters, digits, `-` and `_`, at most 50 characters. */
        readonly name: string;
        /** In place of `lookups`: the model whose predictions it gives. */
        readonly model: { readonly definition: ModelDefinition };
        readonly lookups?: never;
        readonly requestFields?: never;
        readonly requestFeatures?: never;
      }
    | {
        /** The endpoint's name in URLs: small letters, digits, `-` and `_`, at most 50 characters. */
        readonly name: string;
        /** In place of `model`: the features that it gives, from online tables. */
        readonly lookups: Lookups;
        /**
         * The fields of a request that request features read, by name: a type, or `optional('double')` for one that
         * can be missing. Default: none.
         */
        readonly requestFields?: Fields;
        /** Features that are computed for each request. Default: none. */
        readonly requestFeatures?: Features &
          ReadsKnown<Features, RequestReadings<LookedUpReadings<Lookups[number]>, Fields, Features>>;
        readonly model?: never;
      }
  );

const OPTIONS: OptionNames<EndpointOptions> = {
  name: true,
  model: true,
  lookups: true,
  requestFields: true,
  requestFeatures: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares an HTTP service for a model, with automatic lookup of its features, or for features alone.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const churnEndpoint = endpoint({ name: 'churn', model: churnModel });
 * export const hoursEndpoint = endpoint({ name: 'user-hours', lookups: [lookup(userHours)] });
 * ```
 */
export function endpoint<
  Lookups extends readonly Lookup[],
  const Fields extends RequestFields = Record<never, never>,
  const Features extends readonly RequestFeature[] = readonly [],
>(options: EndpointOptions<Lookups, Fields, Features>): Endpoint {
  expectOptions('endpoint', options, OPTIONS);
  const { name, model, lookups = null, requestFields } = options;
  const { requestFeatures, parts } = requestFeaturesOf(options.requestFeatures);
  return define(
    endpointSchema,
    {
      kind: 'endpoint',
      name,
      model: model ? model.definition.name : null,
      lookups,
      requestFields: requestFieldsOf(requestFields),
      requestFeatures,
      ...describedBy(options),
    },
    { uses: options.model ? [options.model] : options.lookups, parts },
  );
}
