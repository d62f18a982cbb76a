/**
 * The text, or its beginning and the number of characters that are left out. Lone surrogates are replaced: UTF-8
 * cannot encode them, and Temporal takes no failure that has one. No pair of surrogates is cut in two.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed();
  const isInPair = /[\ud800-\udbff]/.test(text.charAt(most - 1)) && /[\udc00-\udfff]/.test(text.charAt(most));
  return cutAt(text, isInPair ? most - 1 : most);
}

/** Enough for what says how many characters are left out. */
const MOST_BYTES_OF_ENDING = 40;
const utf8 = new TextEncoder();

/** As {@link shortened}, in at most so many bytes of UTF-8, but at least what says how much is left out. */
export function shortenedToBytes(text: string, most: number): string {
  if (unitsWithin(text, most) === text.length) return text.toWellFormed();
  return cutAt(text, unitsWithin(text, most - MOST_BYTES_OF_ENDING));
}

/** How many of a text's UTF-16 code units, from its beginning, take at most so many bytes of UTF-8. */
export function unitsWithin(text: string, bytes: number): number {
  return utf8.encodeInto(text, new Uint8Array(Math.max(0, bytes))).read;
}

function cutAt(text: string, end: number): string {
  return `${text.slice(0, end).toWellFormed()}… (${text.length - end} characters more)`;
}
