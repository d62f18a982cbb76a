import { z } from 'zod';
import type { FeatureLookup, TrainingSetDefinition } from '../../domain/registry/definition.ts';
import { identifierSchema } from '../values/identifier.ts';
import { parseOrThrow } from '../values/parse.ts';
import { lookupSchema } from './lookup.ts';

const columnSchema = z.string().min(1);
const shareSchema = z.number().gt(0, 'expected a share above 0, and at most 1').max(1);

export const trainingSetSchema = z
  .strictObject({
    kind: z.literal('training_set'),
    name: identifierSchema,
    spine: z.strictObject({
      keys: z.array(columnSchema).min(1),
      timestamp: columnSchema,
      label: columnSchema,
      split: columnSchema.nullable(),
      refuseMissing: shareSchema.optional(),
    }),
    lookups: z.array(lookupSchema).min(1),
  })
  .superRefine(({ spine, lookups }, context) => {
    const columns = [...spine.keys, spine.timestamp, spine.label, ...(spine.split ? [spine.split] : [])];
    const features = lookups.flatMap((lookup) => lookup.features.map((feature) => feature.as));
    for (const name of repeats([...columns, ...features])) {
      const message = `two columns would be called '${name}'; rename a looked-up feature with { as: … }`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
    for (const key of lookups.flatMap(({ lookupKeys }) => lookupKeys)) {
      if (![spine.timestamp, spine.label, spine.split].includes(key)) continue;
      const message = `lookup key '${key}' is the spine's timestamp, label or split`;
      context.addIssue({ code: 'custom', path: ['lookups'], message });
    }
  }) satisfies z.ZodType<TrainingSetDefinition>;

function repeats(names: readonly string[]): string[] {
  const folded = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => folded.indexOf(folded[index]!) !== index);
}

export interface TrainingSet {
  readonly definition: TrainingSetDefinition;
}

export interface TrainingSetOptions {
  readonly name: string;
  /** The spine's columns. Further columns of a spine file go into the training set unchanged. */
  readonly spine: {
    readonly keys: readonly string[];
    /** The observation timestamp: the moment as of which features are looked up. */
    readonly timestamp: string;
    /** The column with the number to predict. */
    readonly label: string;
    /**
     * The column with `train`, `val` or `test`. It chooses rows and is never a model input. Omitted: no
     * split.
     */
    readonly split?: string;
    /**
     * The share of the spine's different keys, above 0 and at most 1, from which on a build fails if they are
     * in no table that is looked up by them, at any time. Default: 0.99.
     */
    readonly refuseMissing?: number;
  };
  readonly lookups: readonly FeatureLookup[];
}

/**
 * Declares a training set: its spine and its feature lookups.
 *
 * @throws AsofError `ASOF_DEFINITION_INVALID`, listing every problem.
 */
export function trainingSet({ name, spine, lookups }: TrainingSetOptions): TrainingSet {
  const { keys, timestamp, label, split = null, ...more } = spine;
  const definition = parseOrThrow(
    trainingSetSchema,
    { kind: 'training_set', name, spine: { keys, timestamp, label, split, ...more }, lookups },
    'ASOF_DEFINITION_INVALID',
    `training set '${name}'`,
  );
  return { definition };
}
