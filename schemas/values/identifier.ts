import { z } from 'zod';

/** A name that is also an SQL identifier: snake_case, and short enough for Postgres with Asof's suffixes. */
export const identifierSchema = z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, {
  error: ({ input }) =>
    `'${String(input)}' is not a name Asof can use; expected snake_case: a letter, then letters, digits or _, at most 50`,
});

/** A name of an event source: an identifier that can also contain `-` and `.`. */
export const sourceNameSchema = z.string().regex(/^[a-z][a-z0-9._-]{0,49}$/, {
  error: ({ input }) =>
    `'${String(input)}' is not a name Asof can use; expected a letter, then letters, digits, '-', '_' or '.', at most 50`,
});

/** A name that Kafka takes for a topic. */
export const topicNameSchema = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, {
  error: ({ input }) =>
    `'${String(input)}' is not a name that Kafka takes for a topic; expected letters, digits, '-', '_' or '.', at most 249`,
});
