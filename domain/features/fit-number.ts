/**
 * The greatest whole number that is the same in every part of Asof and of its readers: beyond it doubles, which
 * JSON, models and pandas take, skip whole numbers.
 */
export const MAX_WHOLE = Number.MAX_SAFE_INTEGER;

/** What a number of a feature, a field or a label has to be, for messages. */
export const FIT_NUMBER = `expected a finite number, and a whole number within ±${MAX_WHOLE}`;
