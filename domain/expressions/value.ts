import type { Instant } from '../time/instant.ts';

/** A value that expressions read. Only `is_null` reads a list. */
export type ExpressionValue =
  string | number | boolean | Instant | null | readonly (string | number | boolean)[];

/** What a value is. Decimals and dates are texts of a fixed form. */
export type ValueType = 'number' | 'text' | 'boolean' | 'time' | 'decimal' | 'date' | 'list';

/** Computes a result of operands of which none is null. */
export type Compute = (operands: readonly ExpressionValue[]) => ExpressionValue;
