import type { FieldDefinition } from '../../registry/definition.ts';
import { Misfit, wrongType } from './misfit.ts';
import type { ReadValue, ReaderOptions } from './value-reader.ts';

/** The most elements of a list whose length the field does not say. */
export const MOST_ELEMENTS = 1_000;
/** The most UTF-16 code units of the texts of a list together. */
const MOST_CHARACTERS = 65_536;

/**
 * Reads lists. A list fits if each of its elements does, and null is none; and if it
 * has as many as the field says.
 *
 * @param elementReader how to read the elements.
 */
export function listReader(
  { name, type, length }: FieldDefinition,
  { exact }: ReaderOptions,
  elementReader: (options: ReaderOptions) => ReadValue,
): ReadValue {
  let element: unknown;
  const read = elementReader({ isEventTime: false, exact: () => element });
  const needsDigits = (value: unknown): boolean => type === 'string[]' && typeof value !== 'string';
  return (value, content) => {
    if (!Array.isArray(value)) return wrongType(name, 'a list', value);
    if (length !== undefined && value.length !== length)
      return new Misfit(
        'wrong_type',
        `field ${name} is a list with ${value.length} elements; expected ${length}`,
      );
    if (length === undefined && value.length > MOST_ELEMENTS)
      return tooLong(name, `${value.length} elements`, MOST_ELEMENTS);
    const elements = (value.some(needsDigits) ? exact(content) : value) as readonly unknown[];
    const list: (string | number | boolean)[] = [];
    let characters = 0;
    for (element of elements) {
      if (element === null) return wrongType(name, 'a list without nulls', null);
      const held = read(element, content);
      if (held instanceof Misfit) return held;
      list.push(held as string | number | boolean);
      if (typeof held === 'string') characters += held.length;
    }
    return characters > MOST_CHARACTERS
      ? tooLong(name, `${characters} characters in its texts`, MOST_CHARACTERS)
      : list;
  };
}

function tooLong(name: string, what: string, most: number): Misfit {
  return new Misfit('list_too_long', `field ${name} is a list with ${what}; expected at most ${most}`);
}
