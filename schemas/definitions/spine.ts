import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import {
  type HashSplit,
  LEAKS,
  type SpineDefinition,
  type TimeSplit,
} from '../../domain/registry/spine-definition.ts';
import { parseIsoTime } from '../../domain/time/iso-time.ts';
import { identifierSchema } from '../values/identifier.ts';

const columnSchema = z.string().min(1);
const seedSchema = z.int().min(0).max(4_294_967_295);
const shareSchema = z.number().gt(0, 'expected a share above 0, and at most 1').max(1);
const partSchema = z.number().min(0).max(1);

const momentSchema = z.string().refine((text) => parseIsoTime(text) !== undefined, {
  error: ({ input }) => `${quoted(input)} is not a time such as 2026-03-01 or 2026-03-01T00:00:00Z`,
});

const timeSplitSchema = z
  .strictObject({
    by: z.literal('time'),
    as: identifierSchema.default('split'),
    valFrom: momentSchema,
    testFrom: momentSchema,
  })
  .refine(({ valFrom, testFrom }) => (parseIsoTime(valFrom) ?? 0n) < (parseIsoTime(testFrom) ?? 1n), {
    path: ['testFrom'],
    error: 'expected a moment after valFrom: val lies between train and test',
  }) satisfies z.ZodType<TimeSplit>;

const hashSplitSchema = z.strictObject({
  by: z.literal('hash'),
  as: identifierSchema.default('split'),
  key: columnSchema,
  seed: seedSchema,
  shares: z
    .strictObject({ train: partSchema, val: partSchema, test: partSchema })
    .refine(({ train, val, test }) => Math.abs(train + val + test - 1) < 1e-9, {
      error: 'expected shares that add up to 1',
    }),
}) satisfies z.ZodType<HashSplit>;

export const spineSchema = z.strictObject({
  keys: z.array(columnSchema).min(1),
  timestamp: columnSchema,
  label: columnSchema.optional(),
  split: z.union([columnSchema, z.discriminatedUnion('by', [timeSplitSchema, hashSplitSchema])]).nullable(),
  refuseLeaks: z.array(z.enum(LEAKS)).min(1).optional(),
  sample: z
    .strictObject({
      share: shareSchema,
      seed: seedSchema,
      by: columnSchema.optional(),
      keepLabels: z.array(z.number()).min(1).optional(),
      as: identifierSchema.default('sample_weight'),
    })
    .optional(),
  refuseMissing: shareSchema.optional(),
}) satisfies z.ZodType<SpineDefinition>;

/** The problems of a spine's definition that no member has alone, with the member that has each. */
export function spineProblems(
  { keys, label, split, refuseLeaks, sample }: SpineDefinition,
  lookupKeys: ReadonlySet<string>,
): { readonly path: readonly string[]; readonly message: string }[] {
  const isKey = (name: string): boolean => keys.includes(name) || lookupKeys.has(name);
  const noKey = (name: string): string => `'${name}' is neither one of the spine's keys nor a lookup key`;
  const key = split !== null && typeof split !== 'string' && split.by === 'hash' ? split.key : undefined;
  return [
    ...(key === undefined || isKey(key) ? [] : [{ path: ['split', 'key'], message: noKey(key) }]),
    ...(sample?.by === undefined || isKey(sample.by)
      ? []
      : [{ path: ['sample', 'by'], message: noKey(sample.by) }]),
    ...(sample?.keepLabels && label === undefined
      ? [{ path: ['sample', 'keepLabels'], message: 'the spine has no label; name the column with `label`' }]
      : []),
    ...(refuseLeaks && split === null
      ? [{ path: ['refuseLeaks'], message: 'there is no split between which rows could leak; add `split`' }]
      : []),
  ];
}
