import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { ErrorCodeOf } from '../../domain/errors/errors.ts';
import { shortened } from '../../domain/errors/shortened.ts';
import { didYouMean } from './options.ts';

const MOST_ISSUES = 50;
const MOST_CHARACTERS = { ofMessage: 500, ofName: 100 };

/** The value as the schema gives it back, or an {@link AsofError} with `code` that lists the problems by their places. */
export function parseOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCodeOf<'input'>,
  what: string,
): z.output<Schema> {
  const { data, issues, cause } = parsed(schema, value);
  if (issues === undefined) return data;
  throw new AsofError(code, `${what} is not valid:\n${z.prettifyError({ issues })}`, {
    details: { issues },
    cause,
  });
}

/** The value as a schema gives it back, or what is wrong with it. */
export type Parsed<Output> =
  | { readonly data: Output; readonly issues?: never; readonly cause?: never }
  | { readonly data?: never; readonly issues: z.core.$ZodIssue[]; readonly cause: z.ZodError };

/** Parses a value, with the messages that Asof has for what is wrong. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): Parsed<z.output<Schema>> {
  const { success, data, error } = schema.safeParse(value, { error: unknownNames });
  if (success) return { data };
  return { issues: error.issues.slice(0, MOST_ISSUES).map(shortenedIssue), cause: error };
}

/** What is said of members that an object does not have, with what they were probably meant to be. */
function unknownNames({ code, keys, inst }: z.core.$ZodRawIssue): string | undefined {
  if (code !== 'unrecognized_keys' || !(inst instanceof z.ZodObject)) return undefined;
  const names = Object.keys(inst.shape);
  return keys
    .slice(0, MOST_ISSUES)
    .map((key) => `Unrecognized key: "${shortened(key, MOST_CHARACTERS.ofName)}"${didYouMean(key, names)}`)
    .join(', ');
}

/** A message and a path repeat the names that a value has for its fields. */
function shortenedIssue({ message, path, ...issue }: z.core.$ZodIssue): z.core.$ZodIssue {
  return {
    ...issue,
    message: shortened(message, MOST_CHARACTERS.ofMessage),
    path: path.map((part) => (typeof part === 'string' ? shortened(part, MOST_CHARACTERS.ofName) : part)),
  };
}
