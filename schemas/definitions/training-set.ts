import { z } from 'zod';
import {
  CORRECTION_RULES,
  type CorrectionRule,
  type TrainingSetDefinition,
} from '../../domain/registry/definition.ts';
import { describedBy } from '../../domain/registry/described.ts';
import { namedColumns } from '../../domain/registry/spine-definition.ts';
import { DESCRIBED_OPTIONS, type DescribedOptions, describedShape } from '../values/described.ts';
import { identifierSchema } from '../values/identifier.ts';
import { type OptionNames, expectOptions } from '../values/options.ts';
import { type InputsOf, type LookedUpReadings, type Lookup, lookupSchema } from './lookup.ts';
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
import { spineProblems, spineSchema } from './spine.ts';

export const trainingSetSchema = z
  .strictObject({
    kind: z.literal('training_set'),
    name: identifierSchema,
    spine: spineSchema,
    lookups: z.array(lookupSchema).min(1),
    ...requestTimeShape,
    onCorrection: z.enum(CORRECTION_RULES).optional(),
    ...describedShape,
  })
  .superRefine(({ spine, lookups, requestFields = [], requestFeatures = [] }, context) => {
    const columns = namedColumns(spine);
    const features = lookups.flatMap((lookup) => lookup.features.map((feature) => feature.as));
    const ofRequest = [...requestFields, ...requestFeatures].map(({ name }) => name);
    for (const name of repeats([...columns, ...features, ...ofRequest])) {
      const renamed = ofRequest.includes(name) ? 'one' : 'a looked-up feature with { as: … }';
      const message = `two columns would be called '${name}'; rename ${renamed}`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
    const lookupKeys = new Set(lookups.flatMap((lookup) => lookup.lookupKeys));
    const isKey = (name: string) => lookupKeys.has(name) && !spine.keys.includes(name);
    for (const name of [...features, ...ofRequest].filter(isKey)) {
      const message = `'${name}' is a lookup key, which is a column of the spine; rename one`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
    for (const key of lookupKeys) {
      if (spine.keys.includes(key) || !columns.includes(key)) continue;
      const message = `lookup key '${key}' is the spine's timestamp, label, split or weight`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
    for (const { path, message } of spineProblems(spine, lookupKeys))
      context.addIssue({ code: 'custom', path: ['spine', ...path], message });
  }) satisfies z.ZodType<TrainingSetDefinition>;

function repeats(names: readonly string[]): string[] {
  const folded = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => folded.indexOf(folded[index]!) !== index);
}

/** A training set. Its type names the inputs of a model that is trained on it. */
export interface TrainingSet<Input extends string = string> {
  readonly definition: TrainingSetDefinition;
  /** Exists for the compiler only. */
  readonly inputs?: Input;
}

/** How Asof splits the rows of a spine: by time, or by a hash of a key. */
export type SplitOptions =
  | {
      readonly by: 'time';
      /** The moment from which on rows are `val`; earlier ones are `train`. */
      readonly valFrom: string;
      /** The moment from which on rows are `test`. */
      readonly testFrom: string;
      /** The name of the column that the split becomes. Default: `split`. */
      readonly as?: string;
    }
  | {
      readonly by: 'hash';
      /** The key: all rows with the same one have the same split. */
      readonly key: string;
      readonly seed: number;
      /** The expected share of each split. They add up to 1. */
      readonly shares: { readonly train: number; readonly val: number; readonly test: number };
      /** The name of the column that the split becomes. Default: `split`. */
      readonly as?: string;
    };

interface TrainingSetOptions<
  Lookups extends readonly Lookup[],
  Fields extends RequestFields,
  Features extends readonly RequestFeature[],
> extends DescribedOptions {
  /** The training set's name. */
  readonly name: string;
  /** The spine's columns. Further columns of a spine file go into the training set unchanged. */
  readonly spine: {
    /** The columns with the keys that features are looked up by. */
    readonly keys: readonly string[];
    /** The observation timestamp: the moment as of which features are looked up. */
    readonly timestamp: string;
    /** The column with the number to predict. Omitted: the set is to be scored or looked at, and trains no model. */
    readonly label?: string;
    /**
     * Which rows are `train`, `val` or `test`, as a model needs them: the column that says so, or how to
     * [split](#splits). It chooses rows and is never a model input. Omitted: no split.
     */
    readonly split?: string | SplitOptions;
    /**
     * What must not leak between splits: `'entities'`, if no key may be in two of them, `'time'`, if no row of
     * train may be later than the first of val or test, and none of val later than the first of test. A build with
     * such a leak fails. Default: leaks are counted and reported.
     */
    readonly refuseLeaks?: readonly ('entities' | 'time')[];
    /** Which rows of the spine the set takes. Default: all. */
    readonly sample?: {
      /** The share of the rows to take, above 0 and at most 1. */
      readonly share: number;
      /** Chooses which: the same seed takes the same rows of the same spine. */
      readonly seed: number;
      /** The key of which all rows are taken or none. Omitted: each row is taken for itself. */
      readonly by?: string;
      /** Labels of which all rows are taken, such as `[1]` for the rare one. Default: none. */
      readonly keepLabels?: readonly number[];
      /** The name of the column with the weight of each row: 1 if it is kept by its label, else 1 / share. Default: `sample_weight`. */
      readonly as?: string;
    };
    /**
     * The share of the spine's different keys, above 0 and at most 1, from which on a build fails if they are
     * in no table that is looked up by them, at any time. Default: 0.99.
     */
    readonly refuseMissing?: number;
  };
  /** The features, at least one lookup. No two columns of the result may have the same name, in any case. */
  readonly lookups: Lookups;
  /**
   * The fields of a request that request features read, by name: a type, or `optional('double')` for one that can
   * be missing. The spine has them as columns. Default: none.
   */
  readonly requestFields?: Fields;
  /** Features that are computed for each request, and for each row of the spine. Default: none. */
  readonly requestFeatures?: Features &
    ReadsKnown<Features, RequestReadings<LookedUpReadings<Lookups[number]>, Fields, Features>>;
  /**
   * What is done when a correction, such as a backfill of late events, gives a built set other rows: `ignore`; `notify`,
   * which only says so; `rebuild`, which builds the set again from its spine; `retrain`, which also trains the models
   * again that were trained on it. Default: `notify`.
   */
  readonly onCorrection?: CorrectionRule;
}

const OPTIONS: OptionNames<TrainingSetOptions<Lookup[], RequestFields, RequestFeature[]>> = {
  name: true,
  spine: true,
  lookups: true,
  requestFields: true,
  requestFeatures: true,
  onCorrection: true,
  ...DESCRIBED_OPTIONS,
};

/**
 * Declares a training set: its spine, its feature lookups and its request features.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 * @example
 * ```ts
 * export const churn = trainingSet({
 *   name: 'churn',
 *   spine: {
 *     keys: ['user_id'],
 *     timestamp: 'event_timestamp',
 *     label: 'churn_label',
 *     split: 'experiment_split',
 *   },
 *   lookups: [lookup(userActivityFeatures, { lookback: '24 hours' }), lookup(transactionFeatures)],
 * });
 * ```
 */
export function trainingSet<
  Lookups extends readonly Lookup[],
  const Fields extends RequestFields = Record<never, never>,
  const Features extends readonly RequestFeature[] = readonly [],
>(
  options: TrainingSetOptions<Lookups, Fields, Features>,
): TrainingSet<InputsOf<Lookups[number]> | Features[number]['name']> {
  expectOptions('training set', options, OPTIONS);
  const { name, spine, lookups } = options;
  const { requestFeatures, parts } = requestFeaturesOf(options.requestFeatures);
  return define(
    trainingSetSchema,
    {
      kind: 'training_set',
      name,
      spine: { split: null, ...spine },
      lookups,
      requestFields: requestFieldsOf(options.requestFields),
      requestFeatures,
      ...(options.onCorrection !== undefined && { onCorrection: options.onCorrection }),
      ...describedBy(options),
    },
    { uses: lookups, parts },
  );
}
