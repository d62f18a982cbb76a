import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import type { OptionNames } from './options.ts';

const MOST_TAGS = 20;

/** Text that Postgres and MLflow store. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !/\0|\p{Surrogate}/u.test(value), {
      error: 'has a NUL character or half of a surrogate pair, which cannot be stored',
    });

const tagSchema = z.string().regex(/^[a-z0-9][a-z0-9_.:/-]{0,49}$/, {
  error: ({ input }) =>
    `${quoted(input)} is not a tag; expected a small letter or a digit, then also _ . : / -, at most 50`,
});

/** The members of everything that people describe. */
export const describedShape = {
  description: text(1_000).optional(),
  owner: text(200).optional(),
  tags: z
    .array(tagSchema)
    .max(MOST_TAGS)
    .refine((tags) => new Set(tags).size === tags.length, { error: 'a tag is there twice' })
    .optional(),
};

/** What people say of a definition, a feature or a field. None of it changes what is computed. */
export interface DescribedOptions {
  /** What it is, in at most 1,000 characters. */
  readonly description?: string;
  /** Who answers for it, such as a team or an address, in at most 200 characters. */
  readonly owner?: string;
  /** At most 20 words, such as `pii` or `team:growth`. */
  readonly tags?: readonly string[];
}

export const DESCRIBED_OPTIONS: OptionNames<DescribedOptions> = {
  description: true,
  owner: true,
  tags: true,
};
