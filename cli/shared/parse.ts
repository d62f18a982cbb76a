import { InvalidArgumentError } from '@commander-js/extra-typings';

/**
 * Parses the value of an option as an integer of at least 1.
 *
 * @throws InvalidArgumentError for any other text.
 */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}
