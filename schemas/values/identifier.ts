import { z } from 'zod';
import { quoted } from '../../domain/errors/quoted.ts';
import { POSTGRES_COLUMNS } from '../../domain/registry/reserved-columns.ts';

/** A name that is also an SQL identifier: snake_case, and short enough for Postgres with Asof's suffixes. */
export const identifierSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,49}$/, {
    error: ({ input }) =>
      `${quoted(input)} is not a name Asof can use; expected snake_case: a letter, then letters, digits or _, at most 50`,
  })
  .refine((name) => !POSTGRES_COLUMNS.includes(name), {
    error: ({ input }) => `${quoted(input)} is a column that Postgres writes itself; take another name`,
  });

/** An index has at most 32 columns. Those of a table's rows and tiles have two beside the keys. */
const MAX_PRIMARY_KEYS = 30;

export const primaryKeysSchema = z.array(z.string()).min(1).max(MAX_PRIMARY_KEYS);

/** A name of an event source: an identifier that can also contain `-` and `.`. */
export const sourceNameSchema = z.string().regex(/^[a-z][a-z0-9._-]{0,49}$/, {
  error: ({ input }) =>
    `${quoted(input)} is not a name Asof can use; expected a letter, then letters, digits, '-', '_' or '.', at most 50`,
});

/** A name that Kafka takes for a topic. */
export const topicNameSchema = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, {
  error: ({ input }) =>
    `${quoted(input)} is not a name that Kafka takes for a topic; expected letters, digits, '-', '_' or '.', at most 249`,
});
