import { z } from 'zod';
import { AsofError } from '../../domain/errors/asof-error.ts';
import type { ErrorCodeOf } from '../../domain/errors/errors.ts';

/** The value as the schema gives it back, or an {@link AsofError} with `code` that lists every problem by its place. */
export function parseOrThrow<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCodeOf<'input'>,
  what: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AsofError(code, `${what} is not valid:\n${z.prettifyError(result.error)}`, {
    details: { issues: result.error.issues },
    cause: result.error,
  });
}
